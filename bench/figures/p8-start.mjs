import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { ROOT, withBinaries } from '../../tools/command.mjs';
import { startChild } from '../../tools/infra/child.mjs';
import { startInfra } from '../../tools/infra/index.mjs';
import { claimPort } from '../../tools/infra/ports.mjs';
import { environmentOf } from '../../tools/stack/services.mjs';
import { withFolder, withInfra } from '../infra.mjs';
import { compare } from '../pairs.mjs';
import { startProgram } from '../processes.mjs';

/** @template T @param {() => Promise<T>} start @param {(started: T) => Promise<unknown>} stop */
export const secondsOf = async (start, stop) => {
  const from = performance.now();
  const started = await start();
  const value = (performance.now() - from) / 1_000;
  await stop(started);
  return { value };
};

/**
 * The ledger, whose topics and collections are there; until it says that it is ready.
 * @param {string} dataDir
 * @param {Record<string, string>} env
 */
export const startLedger = (dataDir, env) =>
  startChild({
    name: 'ledger',
    command: process.execPath,
    args: ['--import', join(ROOT, 'tools/stack/end-with-parent.mjs'), join(ROOT, 'services/ledger/dist/main.js')],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    logFile: join(dataDir, 'ledger.log'),
    ready: /"msg":"ready"/,
    faults: [],
  });

/** @param {{ dataDir: string, kafkaBrokers: string, mongoUrl: string, prefix: string }} where */
export const ledgerEnvironment = async (where) => {
  const local = async () => `127.0.0.1:${await claimPort('the benchmark', 0)}`;
  const addresses = {
    grpc: { ledger: await local(), accounts: await local() },
    http: { ledger: await local() },
    metrics: { ledger: await local() },
    shop: await local(),
  };
  return environmentOf('ledger', { ...where, smtpUrl: '', secrets: {}, addresses });
};

/** @param {import('./figure.mjs').Context} context */
const oneService = ({ blocks }) =>
  withInfra(async ({ kafkaBrokers, mongoUrl, dataDir }) => {
    const env = await ledgerEnvironment({ dataDir, kafkaBrokers, mongoUrl, prefix: 'bench-' });
    return compare({
      ...{ name: 'one service ÷ bare Nest', unit: 's', goal: { relation: '<=', limit: 1.3 }, blocks },
      ours: () =>
        secondsOf(
          () => startLedger(dataDir, env),
          (child) => child.stop(),
        ),
      peer: () =>
        secondsOf(
          () => startProgram('bare-nest'),
          (program) => program.stop(),
        ),
      note: 'the ledger, from spawn until ready: connected, group joined',
    });
  });

/**
 * `npm start` until it says that the demo payment is settled.
 * @param {string} dataDir
 * @param {Record<string, string>} ports
 */
const startAll = (dataDir, ports) =>
  new Promise((resolve, reject) => {
    const env = withBinaries({ ...process.env, ...ports, OPENSWIPE_DATA: dataDir });
    const child = spawn(process.execPath, [join(ROOT, 'tools/run.mjs'), 'start'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((done) => child.once('exit', done));
    child.once('exit', (code) => reject(new Error(`npm start ended with code ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      // The line comes once the order is paid, which it is when its journal entry is posted.
      if (/Paid demo order/.test(line)) resolve({ child, ended });
    });
  });

/** @param {import('./figure.mjs').Context} context */
const wholeStack = ({ blocks }) =>
  withFolder(async (dataDir) => {
    const ports = Object.fromEntries(
      await Promise.all(
        ['GATEWAY_PORT', 'SHOP_PORT', 'KAFKA_PORT', 'DATABASE_PORT'].map(async (name) => [
          name,
          String(await claimPort(name, 0)),
        ]),
      ),
    );
    const infraDir = join(dataDir, 'infra');
    const stop = async (/** @type {any} */ { child, ended }) => {
      child.kill('SIGTERM');
      await ended;
    };
    return compare({
      ...{ name: 'npm start to the first settled payment ÷ broker and database', unit: 's' },
      ...{ goal: { relation: '<=', limit: 1.5 }, blocks },
      ours: () => secondsOf(() => startAll(join(dataDir, 'stack'), ports), stop),
      peer: () =>
        secondsOf(
          () => startInfra({ dataDir: infraDir }),
          (infra) => infra.stop(),
        ),
      note: 'all but the first, which is not counted, are second starts on kept data',
    });
  });

/** @type {import('./figure.mjs').Figure} */
export const p8 = {
  id: 'P8',
  title: 'Cold start',
  method:
    'From the spawn of the process until the service says that it is ready, against a Nest application on Fastify with ' +
    'one route; and from `npm start` on kept data until its demo payment is in the ledger, against the start of Kafka and ' +
    'the database alone on kept data.',
  run: async (context) => [await oneService(context), await wholeStack(context)],
};
