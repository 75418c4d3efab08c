package openswipe;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import org.h2.mvstore.MVStore;

/**
 * The embedded database of laptops and tests: mongo-java-server on an H2 store, every change durable when answered.
 * It is not MongoDB; docs/EMBEDDED-DATABASE.md says what holds. Usage: {@code openswipe.Database FILE PORT [ADDRESS]};
 * the address is the loopback one unless told.
 */
public final class Database extends H2Backend {
    /** A blocked writer holds its event loop, so there must be more loops than connections that write at once. */
    private static final int EVENT_LOOPS = 128;
    private static final int CACHE_MEGABYTES = 64;
    /**
     * Commands that touch no page. They wait for no commit: a driver that has no answer to its heartbeat for some seconds
     * breaks all its connections, when all that is slow is the disk.
     */
    private static final Set<String> WITHOUT_DATA = Set.of(
        "ping", "ismaster", "hello", "buildinfo", "endsessions", "whatsmyuri", "hostinfo", "getparameter",
        "connectionstatus", "getcmdlineopts", "getlog", "replsetgetstatus");
    /** Commands that are certain to change nothing; every other one is treated as a change. */
    private static final Set<String> READS = Set.of(
        "find", "getmore", "killcursors", "count", "distinct", "listcollections", "listindexes", "listdatabases",
        "serverstatus", "collstats", "dbstats", "validate", "aggregate");
    /** Those that make the collection when it is not there. */
    private static final Set<String> DOCUMENT_CHANGES = Set.of("insert", "update", "findandmodify");
    private static final Set<String> SCHEMA_CHANGES =
        Set.of("create", "createindexes", "drop", "dropindexes", "dropdatabase", "renamecollection");

    private final GroupCommit commits;

    private Database(MVStore store) {
        super(store);
        commits = new GroupCommit(store);
        version(new DeclaredVersion());
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
        String name = command.toLowerCase(Locale.ROOT);
        if (WITHOUT_DATA.contains(name)) {
            return super.handleCommand(channel, database, command, query);
        }
        boolean writesByPipeline = writesByPipeline(query);
        if (READS.contains(name) && !writesByPipeline) {
            return commits.read(() -> SnapshotCollection.reading(() -> read(channel, database, command, query)));
        }
        Supplier<Document> run = () -> super.handleCommand(channel, database, command, query);
        if (SCHEMA_CHANGES.contains(name) || writesByPipeline) {
            return commits.changeAlone(run);
        }
        if (!DOCUMENT_CHANGES.contains(name)) {
            return commits.change(run);
        }
        String collection = query.get(command).toString();
        Document answer = commits.change(() -> hasCollection(database, collection) ? run.get() : null);
        return answer != null ? answer : commits.changeAlone(run);
    }

    private Document read(Channel channel, String database, String command, Document query) {
        Document count = command.equalsIgnoreCase("aggregate") ? Counting.countOf(query) : null;
        return count == null
            ? super.handleCommand(channel, database, command, query)
            : Counting.answer(super.handleCommand(channel, database, "count", count), database + "." + count.get("count"));
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
        return IndexedDatabase.open(name, getMvStore(), getCursorRegistry());
    }

    private static boolean writesByPipeline(Document query) {
        return query.get("pipeline") instanceof List<?> stages && stages.stream()
            .anyMatch(stage -> stage instanceof Document step && (step.containsKey("$out") || step.containsKey("$merge")));
    }

    private boolean hasCollection(String database, String collection) {
        return resolveDatabase(database).resolveCollection(collection, false) != null;
    }

    private void stop() {
        commits.stop();
        close();
    }

    public static void main(String[] args) {
        ParentWatch.start();
        MVStore store = new MVStore.Builder().fileName(args[0]).autoCommitDisabled().cacheSize(CACHE_MEGABYTES).open();
        store.setRetentionTime(0);
        Database database = new Database(store);
        MongoServer server = new MongoServer(database);
        String address = args.length > 2 ? args[2] : "127.0.0.1";
        server.bind(new InetSocketAddress(address, Integer.parseInt(args[1])), 1, EVENT_LOOPS);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.stopListening();
            database.stop();
        }, "stop"));
        System.out.println("ready on port " + server.getLocalAddress().getPort());
    }

    /** The oldest version that current drivers speak to; mongo-java-server itself declares an older one. */
    private static final class DeclaredVersion implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 13;
        }
    }
}
