package openswipe;

import java.io.IOException;

/** Ends this process, by its shutdown hooks, when the process that started it is gone: standard input then ends. */
final class ParentWatch {
    private ParentWatch() {}

    static void start() {
        Thread watch = new Thread(ParentWatch::run, "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void run() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said on this pipe; only its end means something.
            }
        } catch (IOException gone) {
            // A broken pipe is the same message as its end.
        }
        System.exit(0);
    }
}
