import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.mjs';
import { javaFlags } from './java.mjs';
import { claimPort, portTaken } from './ports.mjs';
import { StartupProblem } from './startup-problem.mjs';

/** @param {string} logs @param {number} port @param {number} controllerPort */
const serverProperties = (logs, port, controllerPort) => `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${logs}
auto.create.topics.enable=false
message.max.bytes=1048576
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
num.io.threads=4
num.network.threads=2
log.cleaner.threads=1
log.cleaner.dedupe.buffer.size=8388608
# Topics are many and small here: a preallocated 10 MiB index for each partition would fill a small disk.
log.index.size.max.bytes=1048576
`;

/** A leading dash, which base64url has for one id in 64, would be read as an option. */
const newClusterId = () => {
  const bytes = randomBytes(16);
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('base64url');
};

/** @param {string} config */
const format = (config) => {
  const clusterId = newClusterId();
  const args = ['format', '--cluster-id', clusterId, '--config', config, '--standalone', '--ignore-formatted'];
  const tool = spawnSync('java', [...javaFlags('16m', '96m'), 'kafka.tools.StorageTool', ...args], {
    encoding: 'utf8',
  });
  if (tool.status === 0) return;
  const reason = (tool.stderr || tool.stdout).trim().split('\n').at(-1);
  throw new StartupProblem('PROCESS_FAILED', `Kafka could not format its data directory: ${reason}`);
};

/**
 * A single-node Kafka in KRaft mode, on the loopback address only.
 * @param {{ dataDir: string, port?: number, onProblem?: (problem: StartupProblem) => void,
 *   onSpawn?: (pid: number) => void }} options port 0 (the default) picks a free one
 * @returns {Promise<import('./child.mjs').Child & { brokers: string }>}
 * @throws {StartupProblem} PORT_TAKEN, ALREADY_RUNNING, DISK_FULL, PROCESS_FAILED
 */
export const startKafka = async ({ dataDir, port = 0, onProblem, onSpawn }) => {
  const home = join(dataDir, 'kafka');
  const logs = join(home, 'logs');
  const config = join(home, 'server.properties');
  mkdirSync(home, { recursive: true });
  const bound = await claimPort('Kafka', port);
  const controllerPort = await claimPort("Kafka's controller", 0);
  writeFileSync(config, serverProperties(logs, bound, controllerPort));
  if (!existsSync(join(logs, 'meta.properties'))) format(config);
  const child = await startChild({
    name: 'Kafka',
    command: 'java',
    args: [...javaFlags('256m', '256m'), 'openswipe.Broker', config],
    logFile: join(home, 'kafka.log'),
    ready: /Kafka Server started/,
    faults: [
      [/Address already in use/, () => portTaken('Kafka', bound)],
      [/Failed to acquire lock on file/, () => new StartupProblem('ALREADY_RUNNING', `Another Kafka uses ${logs}.`)],
    ],
    ...(onProblem && { onProblem }),
    ...(onSpawn && { onSpawn }),
  });
  return { ...child, brokers: `127.0.0.1:${bound}` };
};
