import { check } from '../command.mjs';
import { exitCode, runJest, withInfra } from '../jest.mjs';
import { build } from './build.mjs';
import { runChecks } from './check.mjs';
import { runClusterTest } from './cluster-test.mjs';
import { runJourneys } from './e2e.mjs';

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

/** Everything; the last line is `N passed, N failed` over all the parts, each static check counted as one test. */
export default async () => {
  const parts = [await runChecks(), await runBuild(), await attempt(() => runJest('unit'))];
  const onInfra = () =>
    withInfra(async (env) =>
      sum([await attempt(() => runJest('component', [], env)), await attempt(() => runJourneys([], env))]),
    );
  // Broker and database of the other parts have ended: the cluster has the machine for itself.
  const total = sum([...parts, await attempt(onInfra), await attempt(runClusterTest)]);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return exitCode(total);
};
