package openswipe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;

/**
 * An index that is not unique, which mongo-java-server leaves out. An entry is the document's values and then its
 * {@code _id}. It finds all that may match, from equality and {@code $in} and then one side of a range; the collection
 * matches that against the whole query.
 */
final class SecondaryIndex extends Index<Object> {
    /** More than this and a look at all documents is no worse. */
    private static final int SCANS_MAX = 2_000;

    private final MVMap<KeyValue, Object> entries;
    private final boolean isFilled;
    /** Elements of one array may match two fields in turn, so only the first field of an array may narrow the search. */
    private final int usableKeys;

    SecondaryIndex(MVMap<KeyValue, Object> entries, String name, List<IndexKey> keys, boolean isFilled) {
        super(name, keys, true);
        this.entries = entries;
        this.isFilled = isFilled;
        Set<String> roots = new LinkedHashSet<>();
        int usable = 0;
        while (usable < keys().size() && roots.add(Utils.firstFragment(keys().get(usable)))) {
            usable++;
        }
        this.usableKeys = usable;
    }

    /** The entries from {@code from} to {@code to}, both included as far as they go; null is open. */
    private record Scan(KeyValue from, KeyValue to) {
    }

    @Override
    public boolean canHandle(Document query) {
        return scansFor(query) != null;
    }

    @Override
    public synchronized Iterable<Object> getPositions(Document query) {
        Set<Object> positions = new LinkedHashSet<>();
        for (Scan scan : scansFor(query)) {
            Cursor<KeyValue, Object> cursor = entries.cursor(scan.from);
            while (cursor.hasNext()) {
                KeyValue key = cursor.next();
                if (scan.to != null && KeyType.compareStarts(key, scan.to) > 0) {
                    break;
                }
                positions.add(cursor.getValue());
            }
        }
        return positions;
    }

    private List<Scan> scansFor(Document query) {
        List<List<Object>> starts = startsFor(query);
        int used = starts.isEmpty() ? 0 : starts.get(0).size();
        Range range = used < usableKeys ? rangeFor(query.get(keys().get(used))) : null;
        if (used == 0 && range == null && !starts.isEmpty()) {
            return query.containsKey(keys().get(0)) ? null : anyOf(query.get("$or"));
        }
        return starts.stream().map(start -> new Scan(bound(start, range == null ? null : range.from),
            bound(start, range == null ? null : range.to))).toList();
    }

    private static KeyValue bound(List<Object> start, Object end) {
        List<Object> values = new ArrayList<>(start);
        if (end != null) {
            values.add(end);
        }
        return values.isEmpty() ? null : new KeyValue(values).normalized();
    }

    /** Each combination of values for as many of the leading fields as the query fixes: of none, one empty one. */
    private List<List<Object>> startsFor(Document query) {
        List<List<Object>> starts = List.of(List.of());
        int used = 0;
        for (; used < usableKeys; used++) {
            String key = keys().get(used);
            List<Object> values = query.containsKey(key) ? valuesOf(query.get(key)) : null;
            if (values == null || (long) starts.size() * values.size() > SCANS_MAX) {
                break;
            }
            List<List<Object>> longer = new ArrayList<>();
            for (List<Object> start : starts) {
                for (Object value : values) {
                    List<Object> next = new ArrayList<>(start);
                    next.add(value);
                    longer.add(next);
                }
            }
            starts = longer;
        }
        return starts;
    }

    private static List<Object> valuesOf(Object condition) {
        if (isPlain(condition)) {
            return List.of(condition);
        }
        if (condition instanceof Document operators) {
            if (isPlain(operators.get("$eq"))) {
                return List.of(operators.get("$eq"));
            }
            if (operators.get("$in") instanceof Collection<?> given && given.stream().allMatch(SecondaryIndex::isPlain)) {
                return new ArrayList<>(given);
            }
        }
        return null;
    }

    /** Values of one field; null is open. */
    private record Range(Object from, Object to) {
    }

    /** One side only: two elements of one array may each meet one of the sides. */
    private static Range rangeFor(Object condition) {
        if (!(condition instanceof Document operators)) {
            return null;
        }
        for (String below : List.of("$lt", "$lte")) {
            if (isPlain(operators.get(below))) {
                return new Range(null, operators.get(below));
            }
        }
        for (String above : List.of("$gt", "$gte")) {
            if (isPlain(operators.get(above))) {
                return new Range(operators.get(above), null);
            }
        }
        return null;
    }

    private List<Scan> anyOf(Object branches) {
        if (!(branches instanceof Collection<?> given)) {
            return null;
        }
        List<Scan> all = new ArrayList<>();
        for (Object branch : given) {
            List<Scan> scans = branch instanceof Document query ? scansFor(query) : null;
            if (scans == null || all.size() > SCANS_MAX) {
                return null;
            }
            all.addAll(scans);
        }
        return all;
    }

    /** Of a value that only itself is equal to. */
    private static boolean isPlain(Object value) {
        return Missing.isNeitherNullNorMissing(value) && !(value instanceof Document) && !(value instanceof Collection)
            && !BsonRegularExpression.isRegularExpression(value);
    }

    private KeyValue entry(KeyValue values, Document document) {
        List<Object> entry = new ArrayList<>();
        values.forEach(entry::add);
        entry.add(document.get("_id"));
        return new KeyValue(entry);
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Object> collection) {
        getKeyValues(document);
    }

    @Override
    public synchronized void add(Document document, Object position, MongoCollection<Object> collection) {
        getKeyValues(document).forEach(values -> entries.put(entry(values, document), position));
    }

    @Override
    public synchronized Object remove(Document document) {
        Object position = null;
        for (KeyValue values : getKeyValues(document)) {
            Object removed = entries.remove(entry(values, document));
            position = removed == null ? position : removed;
        }
        return position;
    }

    @Override
    public void checkUpdate(Document before, Document after, MongoCollection<Object> collection) {
        getKeyValues(after);
    }

    @Override
    public synchronized void updateInPlace(
            Document before, Document after, Object position, MongoCollection<Object> collection) {
        Set<KeyValue> old = getKeyValues(before);
        Set<KeyValue> now = getKeyValues(after);
        old.stream().filter(values -> !now.contains(values)).forEach(values -> entries.remove(entry(values, before)));
        now.stream().filter(values -> !old.contains(values)).forEach(values -> entries.put(entry(values, after), position));
    }

    /** Only what is unique leads to one position. */
    @Override
    public Object getPosition(Document document) {
        return null;
    }

    @Override
    public long getCount() {
        return entries.sizeAsLong();
    }

    /** Whether it has to be filled. */
    @Override
    public boolean isEmpty() {
        return !isFilled && entries.isEmpty();
    }

    @Override
    public long getDataSize() {
        return getCount();
    }

    @Override
    public void drop() {
        entries.clear();
    }

}
