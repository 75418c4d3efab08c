import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../command.mjs';
import { ensureChromium } from '../infra/chromium.mjs';
import { installPackages } from '../infra/packages.mjs';
import { runJest } from '../jest.mjs';
import { Load, RequestWatch } from './load.mjs';
import { createMerchant, openTerminal, payOrder } from './paid-order.mjs';

/** @typedef {import('./cluster.mjs').Cluster} Cluster */

const REGISTRY = 'localhost:5000';
const SERVICES = ['gateway', 'orders', 'transactions', 'risk', 'ledger', 'accounts'];
const BASE_IMAGE = `${REGISTRY}/openswipe-base:24`;
/** Both tags are the same program: an upgrade changes the reference, and with it every pod. */
const TAGS = ['test-1', 'test-2'];
const URL_ = 'http://127.0.0.1:30080';
const RELEASE = 'app.kubernetes.io/instance=openswipe';
const SERVICE_PODS = `${RELEASE},app.kubernetes.io/component!=paid-order`;

const chart = (/** @type {string} */ name) => join(ROOT, 'charts', name);

/** The release of this test. @param {string} tag @param {string[]} more */
const values = (tag, ...more) => [
  ...['--values', join(chart('openswipe'), 'values-laptop.yaml')],
  // The tags stay and the programs behind them change.
  ...['--set', `global.image.registry=${REGISTRY},global.image.tag=${tag},global.image.pullPolicy=Always`],
  ...more.flatMap((set) => ['--set', set]),
  // One card pays again and again here.
  ...['VELOCITY_MAX', 'VELOCITY_ACCOUNT_MAX'].flatMap((limit) => ['--set', `risk.config.${limit}=0`]),
];

const NO_BUSYBOX = 'The images are built with busybox: install it (on Debian: busybox-static).';

/** @param {Cluster} cluster */
const buildImages = async (cluster) => {
  const built = { PUSH_IMAGE: 'true', BUILD_CONTEXT: ROOT, BASE_IMAGE };
  // The shell of the base image.
  if (spawnSync('busybox').error && !installPackages(['busybox-static'])) throw new Error(NO_BUSYBOX);
  await cluster.script('base-image.sh', [BASE_IMAGE]);
  for (const name of [...SERVICES, 'paid-order'])
    for (const tag of TAGS)
      await cluster.script('build-image.sh', [], { ...built, IMAGE: `${REGISTRY}/openswipe-${name}:${tag}` });
  await cluster.script('dev-deps-image.sh', [], { ...built, IMAGE: `${REGISTRY}/openswipe-dev-deps:0.1.0` });
};

/** @param {Cluster} cluster */
const installDevDeps = async (cluster) => {
  await cluster.script('ensure-dev-secrets.sh', ['openswipe', 'mongodb://dev-database:27017']);
  const values = ['--set', 'pullPolicy=Always', '--wait', '--timeout', '180s'];
  await cluster.helm('upgrade', '--install', 'dev', chart('dev-deps'), ...values);
};

/** Unknown fields and forbidden pods show here only. @param {Cluster} cluster */
const dryRun = async (cluster) => {
  const hpa = SERVICES.map((name) => `${name}.autoscaling.kind=hpa`);
  for (const more of [[], [...hpa, 'ingress.enabled=true', 'ingress.hosts[0]=pay.example']]) {
    const rendered = await cluster.helm('template', 'openswipe', chart('openswipe'), ...values('test-1', ...more));
    await cluster.apply(rendered, '--server-side', '--dry-run=server');
  }
};

/** @param {Cluster} cluster */
const install = (cluster) =>
  cluster.helm('install', 'openswipe', chart('openswipe'), ...values('test-1'), '--wait', '--timeout', '240s');

/** No shell in any image. @param {Cluster} cluster */
const lookForShell = async (cluster) => {
  for (const pod of await cluster.pods(SERVICE_PODS)) {
    const found = await cluster.kubectl('exec', pod, '--', '/bin/sh', '-c', 'true').then(
      () => true,
      () => false,
    );
    if (found) throw new Error(`${pod} has a shell`);
  }
};

/** @param {Cluster} cluster */
const helmTest = async (cluster) => {
  await cluster.helm('test', 'openswipe', '--timeout', '180s');
  return cluster.kubectl('logs', 'openswipe-paid-order');
};

/** A merchant and paying people through the node's port. @param {Cluster} cluster @param {number} count */
const openShop = async (cluster, count) => {
  const merchant = await createMerchant(await cluster.addressOf('openswipe-accounts', 50051), URL_);
  const shoppers = [];
  for (let made = 0; made < count; made++)
    shoppers.push(await openTerminal(URL_, mkdtempSync(join(tmpdir(), 'terminal-'))));
  return { merchant, shoppers };
};

/** @param {Cluster} cluster */
const payThroughNodePort = async (cluster) => {
  const { merchant, shoppers } = await openShop(cluster, 1);
  const [shopper] = shoppers;
  if (!shopper) throw new Error('no shopper');
  const { id, status } = await payOrder(merchant, shopper);
  return `${id} ${status}`;
};

/** @param {Cluster} cluster */
const payByChromium = async (cluster) => {
  const { passed, failed } = await runJest('e2e', ['e2e/node-port'], {
    CHROMIUM_PATH: await ensureChromium(console.error),
    OPENSWIPE_NODE_PORT_URL: URL_,
    OPENSWIPE_ACCOUNTS_ADDRESS: await cluster.addressOf('openswipe-accounts', 50051),
  });
  if (passed !== 1 || failed !== 0) throw new Error(`${passed} passed, ${failed} failed`);
};

/**
 * Does something while people pay, and `readers` more lanes ask.
 * @param {Cluster} cluster @param {number} readers @param {(load: Load) => Promise<void>} work
 */
const underLoad = async (cluster, readers, work) => {
  const { merchant, shoppers } = await openShop(cluster, 2);
  const watch = new RequestWatch().start();
  const load = new Load(merchant, shoppers).start(readers);
  try {
    await work(load);
  } finally {
    await load.stop();
    watch.stop();
  }
  return { watch, load };
};

/** Every pod of every service is replaced; nobody notices. @param {Cluster} cluster */
const upgradeUnderLoad = async (cluster) => {
  const before = await cluster.pods(SERVICE_PODS);
  const { watch, load } = await underLoad(cluster, 2, async () => {
    await cluster.helm('upgrade', 'openswipe', chart('openswipe'), ...values('test-2'), '--wait', '--timeout', '400s');
    // The last old pods are still on their way out.
    await cluster.kubectl('wait', '--for=delete', ...before.map((pod) => `pod/${pod}`), '--timeout=60s');
  });
  const problems = [...watch.failures, ...load.faults];
  if (problems.length > 0)
    throw new Error(`${problems.length} of ${watch.count} requests failed:\n${problems.slice(0, 40).join('\n')}`);
  if (load.payments === 0) throw new Error('nothing was paid meanwhile');
  return `${watch.count} requests and ${load.payments} payments during the upgrade, none failed`;
};

/**
 * One pod of each service behind the gateway dies without notice. Requests may fail and are tried again by their
 * clients; each payment ends well.
 * @param {Cluster} cluster
 */
const killPods = async (cluster) => {
  const { watch, load } = await underLoad(cluster, 0, async (running) => {
    const until = async (/** @type {number} */ payments) => {
      for (const end = Date.now() + 120_000; running.payments < payments; await delay(100))
        if (Date.now() > end) throw new Error(`${running.payments} payments: ${running.faults.join('\n')}`);
    };
    await until(2);
    for (const service of SERVICES.filter((name) => name !== 'gateway')) {
      const [pod] = await cluster.pods(`${RELEASE},app.kubernetes.io/component=${service}`);
      if (pod) await cluster.kubectl('delete', 'pod', pod, '--grace-period=0', '--force');
    }
    await until(running.payments + 4);
    await cluster.kubectl('wait', '--for=condition=Available', 'deployment', '--all', '--timeout=120s');
  });
  if (load.faults.length > 0) throw new Error(load.faults.join('\n'));
  return `${load.payments} payments, ${watch.failures.length} of ${watch.count} requests tried again`;
};

/** @param {Cluster} cluster */
const rollBack = async (cluster) => {
  await cluster.helm('rollback', 'openswipe', '1', '--wait', '--timeout', '400s');
  const images = await cluster.kubectl('get', 'deployments', '--selector', RELEASE, '--output', 'yaml');
  if (images.includes(':test-2')) throw new Error('a deployment kept the upgraded image');
  return payThroughNodePort(cluster);
};

/** @param {Cluster} cluster */
const uninstall = async (cluster) => {
  await cluster.helm('uninstall', 'openswipe', '--wait', '--timeout', '120s');
  // Helm leaves the pods of its tests, for their logs.
  await cluster.kubectl('delete', 'pod', 'openswipe-paid-order', '--ignore-not-found');
  await cluster.kubectl('wait', '--for=delete', 'pod', '--selector', RELEASE, '--timeout=60s');
  const kinds = 'deployment,service,configmap,serviceaccount,pdb,networkpolicy';
  const left = await cluster.kubectl('get', kinds, '--selector', RELEASE, '--output', 'name');
  if (left) throw new Error(`left behind: ${left}`);
  await cluster.helm('uninstall', 'dev', '--wait');
};

/** @type {[string, (cluster: Cluster) => Promise<unknown>][]} */
export const STEPS = [
  ['images: one for each service, built and pushed', buildImages],
  ['broker and database for development', installDevDeps],
  ['the API server accepts every field (dry run)', dryRun],
  ['install; every pod is ready under Pod Security restricted', install],
  ['no image has a shell', lookForShell],
  ['helm test pays an order', helmTest],
  ['an order is paid through the node port, by Chromium', payByChromium],
  ['an upgrade under load fails no request', upgradeUnderLoad],
  ['killed pods cost no payment', killPods],
  ['roll back, and pay', rollBack],
  ['uninstall leaves nothing', uninstall],
];
