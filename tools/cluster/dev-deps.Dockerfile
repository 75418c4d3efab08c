# Kafka and the embedded database for a development cluster; the context is made by dev-deps-image.sh.
FROM scratch
COPY . /
USER 65532:65532
ENTRYPOINT ["/java/bin/java", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData", \
  "-Dlog4j2.configurationFile=/openswipe/log4j2.properties", "-cp", "/openswipe/classes:/openswipe/lib/*"]
