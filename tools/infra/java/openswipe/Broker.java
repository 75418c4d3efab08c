package openswipe;

/** Apache Kafka's own entry point, plus the watch on the parent process. */
public final class Broker {
    private Broker() {}

    public static void main(String[] args) {
        ParentWatch.start();
        kafka.Kafka.main(args);
    }
}
