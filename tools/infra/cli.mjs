import { parseArgs } from 'node:util';
import { startInfra, StartupProblem } from './index.mjs';

const USAGE = 'Usage: node tools/infra/cli.mjs start --data DIR [--kafka-port PORT] [--database-port PORT]';

/** Runs Kafka and the database in the foreground until a signal ends it. */
const main = async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, 'kafka-port': { type: 'string' }, 'database-port': { type: 'string' } },
  });
  if (positionals[0] !== 'start' || !values.data) throw new StartupProblem('PROCESS_FAILED', USAGE);
  const infra = await startInfra({
    dataDir: values.data,
    kafkaPort: Number(values['kafka-port'] ?? 0),
    databasePort: Number(values['database-port'] ?? 0),
    onProgress: console.error,
    onProblem: (problem) => {
      console.error(problem.message);
      process.exitCode = 1;
      void infra.stop();
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void infra.stop());
  console.log(`export KAFKA_BROKERS=${infra.kafkaBrokers}\nexport MONGO_URL=${infra.mongoUrl}`);
};

main().catch((fault) => {
  console.error(fault instanceof StartupProblem ? fault.message : fault);
  process.exitCode = 1;
});
