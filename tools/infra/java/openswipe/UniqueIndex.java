package openswipe;

import java.util.List;
import java.util.Map;

import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.Document;
import org.h2.mvstore.MVMap;

/**
 * Also serves queries that ask for more than its own fields, such as a guarded update by {@code _id} and state: the
 * collection matches what an index finds against the whole query anyway.
 */
final class UniqueIndex extends AbstractUniqueIndex<Object> {
    private final MVMap<KeyValue, Object> entries;
    private final boolean isFilled;

    UniqueIndex(MVMap<KeyValue, Object> entries, String name, List<IndexKey> keys, boolean sparse, boolean isFilled) {
        super(name, keys, sparse);
        this.entries = entries;
        this.isFilled = isFilled;
    }

    @Override
    public synchronized boolean canHandle(Document query) {
        return query.keySet().containsAll(keySet()) && super.canHandle(ownPart(query));
    }

    @Override
    public synchronized Iterable<Object> getPositions(Document query) {
        return super.getPositions(ownPart(query));
    }

    private Document ownPart(Document query) {
        Document part = new Document();
        keys().forEach(key -> part.put(key, query.get(key)));
        return part;
    }

    @Override
    protected Object removeDocument(KeyValue key) {
        return entries.remove(key);
    }

    @Override
    protected boolean putKeyPosition(KeyValue key, Object position) {
        return entries.putIfAbsent(key, Missing.ofNullable(position)) == null;
    }

    @Override
    protected Iterable<Map.Entry<KeyValue, Object>> getIterable() {
        return entries.entrySet();
    }

    @Override
    protected Object getPosition(KeyValue key) {
        return entries.get(key);
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
}
