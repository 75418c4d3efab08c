import { check } from '../command.mjs';
import { exitCode, runJest } from '../jest.mjs';
import { canStartCluster, startCluster } from '../cluster/cluster.mjs';
import { build } from './build.mjs';

/** Signals end the cluster too. @param {() => Promise<void>} stop */
const stopOnSignals = (stop) => {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.once(signal, () => void stop().finally(() => process.exit(1)));
};

/** @param {() => Promise<unknown>} work */
const asCheck = async (work) => {
  try {
    const sentence = await work();
    return { ok: true, output: typeof sentence === 'string' ? sentence : '' };
  } catch (fault) {
    return { ok: false, output: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) };
  }
};

/** @typedef {Awaited<ReturnType<typeof startCluster>>} Started */

/**
 * Each step needs the ones before it, so the first failure is the last step.
 * @param {Started} started
 * @param {{ keep: boolean }} options keep: leaves everything running
 * @returns {Promise<import('../jest.mjs').Totals>}
 */
const runSteps = async ({ cluster, stop }, { keep }) => {
  const { STEPS } = await import('../cluster/steps.mjs');
  if (!keep) stopOnSignals(stop);
  try {
    const env = { HELM_REQUIRED: '1', PATH: cluster.env['PATH'] };
    const totals = await runJest('unit', ['tools/cluster'], env);
    for (const [name, step] of totals.failed === 0 ? STEPS : []) {
      const ok = await check(name, async () => {
        const result = await asCheck(() => step(cluster));
        if (result.ok && result.output) console.log(result.output);
        return result;
      });
      totals[ok ? 'passed' : 'failed']++;
      if (!ok) break;
    }
    return totals;
  } finally {
    if (!keep) await stop();
  }
};

/** Part of `npm test` where a cluster of its own can be started; one that KUBECONFIG names belongs to somebody. */
export const runClusterTest = async () => {
  const started = canStartCluster() ? await startCluster().catch((fault) => console.error(fault)) : undefined;
  if (started) return runSteps(started, { keep: false });
  console.warn('NOT TESTED: the charts on a cluster; none can be started here. See charts/README.md.');
  return { passed: 0, failed: 0 };
};

/**
 * The deployment on a real Kubernetes: images, charts, one paid order, an upgrade under load, killed pods, rollback.
 * @param {string[]} argv
 */
export default async (argv) => {
  if (!(await build()).ok) return 1;
  const totals = await runSteps(await startCluster(), { keep: argv.includes('--keep') });
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return exitCode(totals);
};
