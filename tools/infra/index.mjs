import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { hasMongod, startDatabase } from './database.mjs';
import { ensureJars } from './java.mjs';
import { startKafka } from './kafka.mjs';
import { takeLock } from './pid-lock.mjs';
import { StartupProblem } from './startup-problem.mjs';

export { ensureJars, ensureJava } from './java.mjs';
export { StartupProblem } from './startup-problem.mjs';

const LEAST_FREE_BYTES = 1024 ** 3;

/** @param {string} dataDir */
const assertSpace = (dataDir) => {
  const disk = statfsSync(dataDir);
  const free = disk.bavail * disk.bsize;
  if (free >= LEAST_FREE_BYTES) return;
  const megabytes = Math.floor(free / 1024 ** 2);
  const sentence = `Only ${megabytes} MiB are free on the disk of ${dataDir}; the local infrastructure needs 1 GiB.`;
  throw new StartupProblem('DISK_FULL', sentence);
};

/** @param {string} dataDir */
const lockDirectory = async (dataDir) => {
  const lock = await takeLock(join(dataDir, 'instance.lock'));
  if (!('heldBy' in lock)) return lock;
  throw new StartupProblem('ALREADY_RUNNING', `The data directory ${dataDir} is in use by process ${lock.heldBy}.`);
};

/**
 * Starts both side by side, waits for both ends, and keeps in `processes` whatever did start.
 * @param {import('./child.mjs').Child[]} processes
 * @param {{ dataDir: string, kafkaPort: number, databasePort: number, onSpawn: (pid: number) => void,
 *   onProblem?: (problem: StartupProblem) => void }} options
 * @returns {Promise<{ kafkaBrokers: string, mongoUrl: string }>}
 */
const startMissing = async (processes, { kafkaPort, databasePort, ...shared }) => {
  const { KAFKA_BROKERS, MONGO_URL } = process.env;
  const database = async () => {
    if (MONGO_URL) return MONGO_URL;
    const child = await startDatabase({ ...shared, port: databasePort });
    processes.push(child);
    return child.url;
  };
  const kafka = async () => {
    if (KAFKA_BROKERS) return KAFKA_BROKERS;
    const child = await startKafka({ ...shared, port: kafkaPort });
    processes.push(child);
    return child.brokers;
  };
  const [mongoUrl, kafkaBrokers] = await Promise.allSettled([database(), kafka()]);
  if (mongoUrl.status === 'rejected') throw mongoUrl.reason;
  if (kafkaBrokers.status === 'rejected') throw kafkaBrokers.reason;
  return { mongoUrl: mongoUrl.value, kafkaBrokers: kafkaBrokers.value };
};

/**
 * @typedef {object} Infra
 * @property {string} kafkaBrokers host:port
 * @property {string} mongoUrl without a database name
 * @property {import('./child.mjs').Child[]} processes what was started here; empty when all is given
 * @property {() => Promise<void>} stop
 */

/**
 * Starts Kafka and the database, or uses those that KAFKA_BROKERS and MONGO_URL name. Everything started here listens
 * on the loopback address only and ends with this process, whatever way that ends.
 * @param {object} options
 * @param {string} options.dataDir kept between starts; one instance at a time
 * @param {number} [options.kafkaPort] 0, the default, picks a free one
 * @param {number} [options.databasePort] 0, the default, picks a free one
 * @param {(sentence: string) => void} [options.onProgress]
 * @param {(problem: StartupProblem) => void} [options.onProblem] a process failed after it had been ready
 * @returns {Promise<Infra>}
 * @throws {StartupProblem}
 */
export const startInfra = async (options) => {
  const { dataDir, kafkaPort = 0, databasePort = 0, onProgress = () => undefined, onProblem } = options;
  const { KAFKA_BROKERS: givenKafka, MONGO_URL: givenMongo } = process.env;
  if (givenKafka && givenMongo) {
    return { kafkaBrokers: givenKafka, mongoUrl: givenMongo, processes: [], stop: async () => undefined };
  }
  mkdirSync(dataDir, { recursive: true });
  const lock = await lockDirectory(dataDir);
  /** @type {import('./child.mjs').Child[]} */
  const processes = [];
  /** @type {Promise<void> | undefined} */
  let stopping;
  const stop = () => (stopping ??= Promise.all(processes.map((child) => child.stop())).then(lock.release));
  const shared = { dataDir, onSpawn: lock.adopt, ...(onProblem && { onProblem }) };
  try {
    assertSpace(dataDir);
    if (!givenKafka || !hasMongod()) await ensureJars(onProgress);
    const missing = [...(givenMongo ? [] : ['the database']), ...(givenKafka ? [] : ['Kafka'])];
    onProgress(`Starting ${missing.join(' and ')}.`);
    const addresses = await startMissing(processes, { ...shared, kafkaPort, databasePort });
    return { ...addresses, processes, stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
};
