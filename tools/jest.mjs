import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SCRATCH, run } from './command.mjs';
import { startInfra } from './infra/index.mjs';

/** @typedef {{ passed: number, failed: number }} Totals */

/** A suite that cannot even be loaded counts as one failure. */
const readTotals = (/** @type {string} */ file) => {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: result.numPassedTests, failed: result.numFailedTests + result.numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: 1 };
  }
};

/**
 * Runs one Jest project.
 * @param {'unit' | 'component' | 'e2e'} project unit tests run two at a time, the others one after another
 * @param {string[]} [args] more of Jest's arguments
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Totals>}
 */
export const runJest = async (project, args = [], env = {}) => {
  mkdirSync(SCRATCH, { recursive: true });
  const folder = mkdtempSync(join(SCRATCH, 'jest-'));
  const outputFile = join(folder, 'result.json');
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--selectProjects', project, '--passWithNoTests', '--json', `--outputFile=${outputFile}`];
  // A client that still holds a socket or a timer after its last test must not hold up the whole run.
  const workers = project === 'unit' ? ['--maxWorkers=2'] : ['--runInBand', '--forceExit'];
  try {
    const { ok } = await run(process.execPath, [jest, ...flags, ...workers, ...args], {
      env: {
        NODE_OPTIONS:
          '--experimental-vm-modules --disable-warning=ExperimentalWarning --disable-warning=TimeoutNegativeWarning',
        KAFKAJS_NO_PARTITIONER_WARNING: '1',
        ...env,
      },
    });
    const totals = readTotals(outputFile);
    return ok || totals.failed > 0 ? totals : { ...totals, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * Runs work on a broker and a database of its own, in a fresh data directory that is gone afterwards.
 * @template T
 * @param {(env: NodeJS.ProcessEnv) => Promise<T>} work
 * @returns {Promise<T>}
 */
export const withInfra = async (work) => {
  mkdirSync(SCRATCH, { recursive: true });
  const dataDir = mkdtempSync(join(SCRATCH, 'test-infra-'));
  const infra = await startInfra({
    dataDir,
    onProgress: console.error,
    onProblem: ({ message }) => console.error(message),
  });
  const interrupt = () => void infra.stop().then(() => process.exit(1));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, interrupt);
  try {
    return await work({ KAFKA_BROKERS: infra.kafkaBrokers, MONGO_URL: infra.mongoUrl });
  } finally {
    await infra.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

/** The exit code of a task that ran tests. */
export const exitCode = (/** @type {Totals} */ { failed }) => (failed === 0 ? 0 : 1);
