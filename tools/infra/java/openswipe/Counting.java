package openswipe;

import java.util.Iterator;
import java.util.List;

import de.bwaldvogel.mongo.bson.Document;

/**
 * Drivers count by an aggregation: match, perhaps a limit, a group that sums ones. mongo-java-server would read the whole
 * collection into memory for it; the older command of that purpose uses indexes.
 */
final class Counting {
    private Counting() {
    }

    /** The count command that gives the same number; null where the aggregation is any other. */
    static Document countOf(Document aggregate) {
        if (!(aggregate.get("pipeline") instanceof List<?> stages) || stages.size() < 2) {
            return null;
        }
        Iterator<?> rest = stages.iterator();
        if (!(rest.next() instanceof Document first) || !(first.get("$match") instanceof Document query)) {
            return null;
        }
        Document count = new Document("count", aggregate.get("aggregate")).append("query", query);
        Document next = (Document) rest.next();
        if (next.get("$limit") instanceof Number limit && rest.hasNext()) {
            count.append("limit", limit.intValue());
            next = (Document) rest.next();
        }
        Document ones = new Document("_id", 1).append("n", new Document("$sum", 1));
        return !rest.hasNext() && ones.equals(next.get("$group")) ? count : null;
    }

    /** As the aggregation would answer: nothing where nothing was found. */
    static Document answer(Document counted, String namespace) {
        int n = ((Number) counted.get("n")).intValue();
        List<Document> batch = n == 0 ? List.of() : List.of(new Document("_id", 1).append("n", n));
        Document cursor = new Document("id", 0L).append("ns", namespace).append("firstBatch", batch);
        return new Document("cursor", cursor).append("ok", 1.0);
    }
}
