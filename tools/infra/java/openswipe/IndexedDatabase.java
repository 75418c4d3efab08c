package openswipe;

import java.util.List;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** A database whose indexes are all used, the ones that are not unique too, and whose queries find copies. */
final class IndexedDatabase {
    private IndexedDatabase() {
    }

    /** An anonymous class has what it captures before its parent's constructor runs, which opens the indexes already. */
    static H2Database open(String database, MVStore store, CursorRegistry cursors) {
        return new H2Database(database, store, cursors) {
            /** False while the parent's constructor opens what the file has. */
            private boolean isOpen;

            {
                isOpen = true;
            }

            /** The maps are named as by the library, which drops and renames them. */
            @Override
            protected MongoCollection<Object> openOrCreateCollection(String collection, CollectionOptions options) {
                String name = getFullCollectionNamespace(collection);
                var documents = new MVMap.Builder<Object, Document>().valueType(new DocumentType());
                return new SnapshotCollection(this, collection, options,
                    store.openMap("databases." + name, documents), store.openMap("meta." + name), cursors);
            }

            @Override
            protected Index<Object> openOrCreateUniqueIndex(
                    String collection, String name, List<IndexKey> keys, boolean sparse) {
                boolean isFilled = isFilled(collection, name);
                return new UniqueIndex(entriesOf(collection, name), name, keys, sparse, isFilled);
            }

            @Override
            protected Index<Object> openOrCreateSecondaryIndex(
                    String collection, String name, List<IndexKey> keys, boolean sparse) {
                boolean isFilled = isFilled(collection, name);
                return new SecondaryIndex(entriesOf(collection, name), name, keys, isFilled);
            }

            @Override
            protected void dropIndex(MongoCollection<Object> collection, String name) {
                super.dropIndex(collection, name);
                store.removeMap(mapName(collection.getCollectionName(), name));
            }

            /**
             * An index of the file may be empty because no document has its fields. The library would fill it at each
             * start, and whenever databases are listed, since it opens them again for that: a look at all documents.
             */
            private boolean isFilled(String collection, String name) {
                return !isOpen && store.hasMap(mapName(collection, name));
            }

            private MVMap<KeyValue, Object> entriesOf(String collection, String name) {
                var keyed = new MVMap.Builder<KeyValue, Object>().keyType(new KeyType());
                return store.openMap(mapName(collection, name), keyed);
            }

            /** Not the library's own name, whose map has keys of another form: those of older files are built anew. */
            private String mapName(String collection, String name) {
                return database + "." + collection + "_" + name + "_entries";
            }
        };
    }
}
