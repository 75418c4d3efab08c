import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * Everything that this process measures. Labels are of small, fixed sets: never an order, an account, an address or
 * anything of a card.
 */
export const registry = new Registry();

collectDefaultMetrics({ register: registry });

const registers = [registry];
const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A counter of a service's own, e.g. `counter('openswipe_orders_changed_total', 'Changes of orders', 'status')`. */
export const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
  new Counter({ name, help, labelNames, registers });

/** A gauge of a service's own. */
export const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]): Gauge<L> =>
  new Gauge({ name, help, labelNames, registers });

const seconds = <L extends string>(name: string, help: string, ...labelNames: L[]): Histogram<L> =>
  new Histogram({ name, help, labelNames, buckets: SECONDS, registers });

export const httpRequestSeconds = seconds(
  'openswipe_http_request_duration_seconds',
  'HTTP requests, from the first byte read to the last one written; event streams are left out',
  'method',
  'route',
  'status',
);

export const grpcCallSeconds = seconds(
  'openswipe_grpc_call_duration_seconds',
  'gRPC calls that this service answered',
  'method',
  'outcome',
);

export const batchSeconds = seconds(
  'openswipe_kafka_batch_duration_seconds',
  'Batches of one partition, until their offset is committed',
  'topic',
);

export const recordsConsumed = counter(
  'openswipe_kafka_records_consumed_total',
  'Records whose offset was committed',
  'topic',
);

export const recordsPublished = counter(
  'openswipe_kafka_records_published_total',
  'Records that the broker acknowledged, dead letters included',
  'topic',
);

export const consumerLag = gauge(
  'openswipe_kafka_consumer_lag_records',
  'Records of the topic that the group has not committed yet; the same from every replica',
  'topic',
);

export const deadLetters = counter(
  'openswipe_kafka_dead_letters_total',
  'Records put aside because this service cannot handle them',
  'topic',
);

export const outboxOldestSeconds = gauge(
  'openswipe_outbox_oldest_seconds',
  'Age of the oldest event that the last sweep found unpublished; 0 = none',
  'collection',
);
