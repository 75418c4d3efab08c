import { check } from '../command.mjs';
import { exitCode, runJest, withInfra } from '../jest.mjs';
import { build } from './build.mjs';
import { runChecks } from './check.mjs';
import { runClusterTest } from './cluster-test.mjs';
import { runComponents } from './component.mjs';
import { runJourneys } from './e2e.mjs';
import { runFaults } from './faults.mjs';

/** @typedef {import('../jest.mjs').Totals} Totals */

const runBuild = async () => {
  const ok = await check('build', () => build({ quiet: true }));
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
};

/** A part that cannot even start is one failure, and the others still run. */
const attempt = async (/** @type {() => Promise<Totals>} */ part) => {
  try {
    return await part();
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : fault);
    return { passed: 0, failed: 1 };
  }
};

const sum = (/** @type {Totals[]} */ parts) => ({
  passed: parts.reduce((total, { passed }) => total + passed, 0),
  failed: parts.reduce((total, { failed }) => total + failed, 0),
});

/** The small simulation of faults: every cell and every planted bug. */
const runSimulation = () => runFaults(['--payments', '20']);

/** The short matrix of faults on real processes, judged as a whole. */
const runRealFaults = async () => {
  const { runReal } = await import('../../faults/real/run.mjs');
  const holds = (await runReal(['--short'])) === 0;
  return { passed: holds ? 1 : 0, failed: holds ? 0 : 1 };
};

/** Everything; the last line is `N passed, N failed` over all the parts, each static check counted as one test. */
export default async () => {
  const parts = [
    await runChecks(),
    await runBuild(),
    await attempt(() => runJest('unit')),
    await attempt(runSimulation),
  ];
  const onInfra = () =>
    withInfra(async (env) =>
      sum([await attempt(() => runComponents([], env)), await attempt(() => runJourneys([], env))]),
    );
  parts.push(await attempt(onInfra));
  // Broker and database of the other parts have ended: these two have their own, and the machine for themselves.
  parts.push(await attempt(runRealFaults), await attempt(runClusterTest));
  const total = sum(parts);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return exitCode(total);
};
