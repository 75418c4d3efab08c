package openswipe;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;

/**
 * Makes every change durable before it is answered, at the price of one store commit for all that wait.
 *
 * <p>Commands run side by side under the shared side of {@code gate}; a commit takes the exclusive side, so it never
 * splits a command (a document without its index entry, or the reverse) and never frees a page that a read is on.
 */
final class GroupCommit {
    /** Of live pages. The fuller chunks have to be, the more is copied for each byte that is won. */
    private static final int FILL_PERCENT = 30;
    /** Everybody waits while this much is copied. */
    private static final int COMPACTION_BYTES = 1 << 20;
    private static final long SMALL_FILE_BYTES = 48L << 20;
    private static final long COMPACTION_PAUSE_NANOS = 100_000_000L;
    /** One part of the time in so many, at most: looking for what to copy takes longer in a large file. */
    private static final int COMPACTION_SHARE = 10;

    private final MVStore store;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    private final Condition committed = lock.newCondition();
    private long changed;
    private long durable;
    private boolean stopping;
    private long nextCompaction = System.nanoTime() + COMPACTION_PAUSE_NANOS;

    GroupCommit(MVStore store) {
        this.store = store;
        Thread committer = new Thread(this::run, "group-commit");
        committer.setDaemon(true);
        committer.start();
    }

    /** Runs a command that changes nothing. It may see changes that are not yet durable, as MongoDB's `local` reads. */
    <T> T read(Supplier<T> command) {
        gate.readLock().lock();
        try {
            return command.get();
        } finally {
            gate.readLock().unlock();
        }
    }

    /** Runs a command that may change something; returns, or throws its error, only when all it did and saw is durable. */
    <T> T change(Supplier<T> command) {
        return change(command, gate.readLock());
    }

    /**
     * The same beside no other command. A collection can be found before it has its indexes, and an index while it is
     * filled: a write at that moment would be checked against nothing, or be missing from the index for ever.
     */
    <T> T changeAlone(Supplier<T> command) {
        return change(command, gate.writeLock());
    }

    private <T> T change(Supplier<T> command, Lock side) {
        long ticket = 0;
        try {
            side.lock();
            try {
                return command.get();
            } finally {
                ticket = nextTicket();
                side.unlock();
            }
        } finally {
            awaitDurable(ticket);
        }
    }

    /** Commits what there is and takes no more. */
    void stop() {
        lock.lock();
        try {
            stopping = true;
            wanted.signal();
        } finally {
            lock.unlock();
        }
        gate.writeLock().lock();
    }

    private long nextTicket() {
        lock.lock();
        try {
            changed++;
            wanted.signal();
            return changed;
        } finally {
            lock.unlock();
        }
    }

    private void awaitDurable(long ticket) {
        lock.lock();
        try {
            while (durable < ticket) {
                committed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (awaitWork()) {
                commit();
                compact();
            }
        } catch (Throwable fault) {
            // Nobody may be told that a change is safe when it is not: the connections break instead.
            System.err.println("The database cannot write its file and stops: " + fault);
            Runtime.getRuntime().halt(74);
        }
    }

    private boolean awaitWork() throws InterruptedException {
        lock.lock();
        try {
            while (durable == changed && !stopping) {
                wanted.await();
            }
            return !stopping;
        } finally {
            lock.unlock();
        }
    }

    private void commit() {
        long upTo;
        gate.writeLock().lock();
        try {
            upTo = changed;
            store.commit();
        } finally {
            gate.writeLock().unlock();
        }
        store.sync();
        lock.lock();
        try {
            durable = upTo;
            committed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Copies live pages out of mostly dead chunks, little at a time, so that the file stops growing and nobody notices. */
    private void compact() {
        FileStore<?> file = store.getFileStore();
        long began = System.nanoTime();
        if (began - nextCompaction < 0 || file.size() < SMALL_FILE_BYTES) {
            return;
        }
        gate.writeLock().lock();
        try {
            store.compact(FILL_PERCENT, COMPACTION_BYTES);
        } finally {
            gate.writeLock().unlock();
            long ended = System.nanoTime();
            nextCompaction = ended + Math.max(COMPACTION_PAUSE_NANOS, COMPACTION_SHARE * (ended - began));
        }
    }
}
