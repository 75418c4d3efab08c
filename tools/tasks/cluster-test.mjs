import { check } from '../command.mjs';
import { exitCode, runJest } from '../jest.mjs';
import { startCluster } from '../cluster/cluster.mjs';
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

/**
 * The deployment on a real Kubernetes: images, charts, one paid order, an upgrade under load, killed pods, rollback.
 * Each step needs the ones before it, so the first failure is the last step. --keep leaves everything running.
 * @param {string[]} argv
 */
export default async (argv) => {
  if (!(await build()).ok) return 1;
  const { STEPS } = await import('../cluster/steps.mjs');
  const { cluster, stop } = await startCluster();
  const keep = argv.includes('--keep');
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
    console.log(`${totals.passed} passed, ${totals.failed} failed`);
    return exitCode(totals);
  } finally {
    if (!keep) await stop();
  }
};
