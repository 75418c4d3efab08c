package openswipe;

import java.util.List;
import java.util.function.Supplier;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.bson.Document;
import org.h2.mvstore.MVMap;

/**
 * A collection in which a change finds copies. mongo-java-server changes the document it has found, field by field, in the
 * same object that another client's answer is being written from: that one would be told a mixture of old and new fields,
 * and a guarded update that trusts it would undo somebody's change. As only copies are changed and then put in the
 * place of what was stored, a stored document never changes, and who only reads needs no copy.
 */
final class SnapshotCollection extends H2Collection {
    private static final ThreadLocal<Boolean> READING = ThreadLocal.withInitial(() -> false);

    /** In this, queries find what is stored itself. */
    static <T> T reading(Supplier<T> work) {
        READING.set(true);
        try {
            return work.get();
        } finally {
            READING.set(false);
        }
    }

    SnapshotCollection(
            MongoDatabase database, String name, CollectionOptions options, MVMap<Object, Document> documents,
            MVMap<String, Object> meta, CursorRegistry cursors) {
        super(database, name, options, documents, meta, cursors);
    }

    /**
     * A unique index finds one document. The library takes the first index that can handle a query, and after a restart
     * their order is any: a guarded update by {@code _id} and state would read all documents of that state.
     */
    @Override
    protected QueryResult queryDocuments(
            Document query, Document orderBy, int skip, int limit, int batchSize, Document fields) {
        for (Index<Object> index : getIndexes()) {
            if (index instanceof UniqueIndex && index.canHandle(query)) {
                return matchDocuments(query, index.getPositions(query), orderBy, skip, limit, batchSize, fields);
            }
        }
        return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
    }

    /** All queries end here: those of a find, an aggregation, an update and a deletion. */
    @Override
    protected QueryResult createQueryResult(List<Document> found, int batchSize) {
        return super.createQueryResult(
            READING.get() ? found : found.stream().map(Document::cloneDeeply).toList(), batchSize);
    }
}
