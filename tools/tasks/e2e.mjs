import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SCRATCH } from '../command.mjs';
import { ensureChromium } from '../infra/chromium.mjs';
import { exitCode, runJest, withInfra } from '../jest.mjs';
import { build } from './build.mjs';

/** @param {string} dataDir @param {NodeJS.ProcessEnv} env */
const startPlatform = async (dataDir, { KAFKA_BROKERS: kafkaBrokers = '', MONGO_URL: mongoUrl = '' }) => {
  const { startStack } = await import('../stack/stack.mjs');
  const { seedMerchant } = await import('../stack/seed.mjs');
  const { announceIn } = await import('../stack/running.mjs');
  const prefix = `e2e-${Date.now().toString(36)}-`;
  const onProblem = ({ message = '' }) => console.error(message);
  // All the people of the journeys log in from one address.
  const more = { gateway: { CREDENTIAL_LIMIT_PER_MINUTE: '1000' } };
  const options = { dataDir, kafkaBrokers, mongoUrl, prefix, more };
  const stack = await startStack({ ...options, onProgress: console.error, onProblem });
  try {
    const shopUrl = await stack.startShop((await seedMerchant(stack)).merchant);
    const { addresses } = stack.installation;
    announceIn(dataDir, {
      pid: process.pid,
      url: stack.url,
      shopUrl,
      dataDir,
      kafkaBrokers,
      mongoUrl,
      prefix,
      addresses,
    });
    return stack;
  } catch (fault) {
    await stack.stop();
    throw fault;
  }
};

/**
 * Browser journeys on the built system; one platform serves them all.
 * @param {string[]} args @param {NodeJS.ProcessEnv} env
 */
export const runJourneys = async (args, env) => {
  const chromium = await ensureChromium(console.error);
  mkdirSync(SCRATCH, { recursive: true });
  const dataDir = mkdtempSync(join(SCRATCH, 'e2e-'));
  const stack = await startPlatform(dataDir, env);
  let passed = false;
  try {
    const totals = await runJest('e2e', args, { ...env, CHROMIUM_PATH: chromium, OPENSWIPE_DATA: dataDir });
    passed = totals.failed === 0;
    return totals;
  } finally {
    await stack.stop();
    if (passed) rmSync(dataDir, { recursive: true, force: true });
    else console.error(`The logs of the services are in ${join(dataDir, 'logs')}.`);
  }
};

export default async (/** @type {string[]} */ argv) => {
  if (!(await build()).ok) return 1;
  return exitCode(await withInfra((env) => runJourneys(argv, env)));
};
