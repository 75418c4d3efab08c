import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../command.mjs';
import { startChild } from '../infra/child.mjs';
import { claimPort } from '../infra/ports.mjs';
import { startMailCatcher } from './mail-catcher.mjs';
import { loadSecrets } from './secrets.mjs';
import { SERVICES, environmentOf, publicUrlOf } from './services.mjs';

/** @typedef {import('./services.mjs').Installation} Installation */
/** @typedef {import('../infra/child.mjs').Child} Child */

/**
 * @typedef {object} Stack
 * @property {Installation} installation
 * @property {string} url of the gateway
 * @property {string} mailFolder
 * @property {string} mailPage what was sent to people, e-mails and text messages
 * @property {Map<string, Child>} services by name, to kill or stop one alone
 * @property {(name: string) => Promise<Child>} startService starts one again that was stopped or killed
 * @property {(merchant: { secretKey: string, webhookSecret: string }) => Promise<string>} startShop gives its URL
 * @property {() => Promise<void>} stop
 */

/** @param {{ gatewayPort: number, shopPort: number }} ports @returns {Promise<import('./services.mjs').Addresses>} */
const claimAddresses = async ({ gatewayPort, shopPort }) => {
  const local = async (/** @type {string} */ what, port = 0) => `127.0.0.1:${await claimPort(what, port)}`;
  const gateway = await local('the gateway', gatewayPort);
  const shop = await local('the demo shop', shopPort);
  const mail = await local('the page of caught messages');
  /** @type {Record<string, string>} */ const grpc = {};
  /** @type {Record<string, string>} */ const http = { gateway };
  /** @type {Record<string, string>} */ const metrics = {};
  for (const name of SERVICES) {
    grpc[name] = await local(name);
    http[name] ??= await local(name);
    metrics[name] = await local(name);
  }
  return { grpc, http, metrics, shop, mail };
};

/** Compiled code of the services and their libraries, kept: a start costs a fifth less. */
export const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'compiled');

/** @param {string} name @param {Record<string, string>} env @param {string} entry @param {RegExp} ready */
const launchOptions = (name, env, entry, ready) => ({
  name,
  ready,
  command: process.execPath,
  args: ['--import', join(import.meta.dirname, 'end-with-parent.mjs'), join(ROOT, entry)],
  env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
  faults: [],
});

/**
 * Starts every service of the platform on a given broker and database, and a mail catcher. Everything listens on the
 * loopback address and ends with this process.
 * @param {object} options
 * @param {string} options.dataDir secrets, logs, mails; kept between starts
 * @param {string} options.kafkaBrokers
 * @param {string} options.mongoUrl
 * @param {string} [options.prefix]
 * @param {number} [options.gatewayPort] 0, the default, picks a free one
 * @param {number} [options.shopPort] 0, the default, picks a free one
 * @param {Record<string, Record<string, string>>} [options.more] environment variables by service
 * @param {(sentence: string) => void} [options.onProgress]
 * @param {(problem: Error) => void} [options.onProblem] a service failed after it had been ready
 * @returns {Promise<Stack>}
 * @throws {import('../infra/startup-problem.mjs').StartupProblem}
 */
export const startStack = async (options) => {
  const { dataDir, prefix = '', gatewayPort = 0, shopPort = 0, onProgress = () => undefined, onProblem } = options;
  const { kafkaBrokers, mongoUrl, more = {} } = options;
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const addresses = await claimAddresses({ gatewayPort, shopPort });
  const secrets = await loadSecrets(dataDir);
  const ports = { port: await claimPort('the mail catcher', 0), webPort: Number(addresses.mail?.split(':')[1]) };
  const mail = await startMailCatcher({ ...ports, folder: join(dataDir, 'mails') });
  const { url: smtpUrl, sms, folder: mailFolder, page: mailPage } = mail;
  const installation = { dataDir, kafkaBrokers, mongoUrl, prefix, smtpUrl, sms, secrets, addresses, more };
  /** @type {Map<string, Child>} */
  const services = new Map();
  const launch = async (/** @type {ReturnType<typeof launchOptions>} */ launching) => {
    const logFile = join(dataDir, 'logs', `${launching.name}.log`);
    const child = await startChild({ ...launching, logFile, ...(onProblem && { onProblem }) });
    services.set(launching.name, child);
    return child;
  };
  const startService = (/** @type {string} */ name) =>
    launch(launchOptions(name, environmentOf(name, installation), `services/${name}/dist/main.js`, /"msg":"ready"/));
  const stop = async () => {
    await Promise.all([...services.values()].map((child) => child.stop()));
    await mail.stop();
  };
  try {
    onProgress(`Starting the services: ${SERVICES.join(', ')}.`);
    // Each one's end is waited for: one that is still starting could not be stopped.
    const failed = (await Promise.allSettled(SERVICES.map(startService))).find(({ status }) => status === 'rejected');
    if (failed) throw /** @type {PromiseRejectedResult} */ (failed).reason;
  } catch (fault) {
    await stop();
    throw fault;
  }
  const url = publicUrlOf(installation);
  const startShop = async (/** @type {{ secretKey: string, webhookSecret: string }} */ merchant) => {
    const env = {
      SHOP_LISTEN: addresses.shop,
      SHOP_PUBLIC_URL: `http://${addresses.shop}`,
      OPENSWIPE_URL: url,
      OPENSWIPE_SECRET_KEY: merchant.secretKey,
      OPENSWIPE_WEBHOOK_SECRET: merchant.webhookSecret,
      SHOP_DATA_DIR: join(dataDir, 'shop'),
    };
    await launch(launchOptions('shop', env, 'clients/demo-shop/dist/main.js', /the shop is open/));
    return env.SHOP_PUBLIC_URL;
  };
  return { installation, url, mailFolder, mailPage, services, startService, startShop, stop };
};
