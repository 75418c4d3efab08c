import { parseArgs } from 'node:util';
import { PLANTED_BUGS } from '../shared/planted-bugs.mjs';
import { CELLS, cellOf } from './cells.mjs';
import { runCell } from './run-cell.mjs';

/**
 * One cell, or one planted bug, in a process of its own, so that a seed finds nothing of an earlier run: JSON lines on
 * standard output, one for each run. With --list, what there is to run.
 * @typedef {{ kind: 'cell' | 'bug', name: string, cell: string, seed: number, ok: boolean } & Record<string, any>} Line
 */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    payments: { type: 'string', default: '40' },
    terminals: { type: 'string', default: '10' },
    cell: { type: 'string', default: '' },
    bug: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    log: { type: 'boolean', default: false },
  },
});

const firstSeed = Number(values.seed);
const size = { payments: Number(values.payments), terminals: Number(values.terminals) };
/** How many seeds a planted bug gets to show itself: some need a crash at one moment of many. */
const SEEDS_PER_BUG = 12;
/** A platform with a bug may never come to rest. */
const BUG_LOAD_MS = 100_000;

const say = (/** @type {Line} */ line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** @param {import('./run-cell.mjs').Cell} cell @param {number} seed */
const runOnce = async (cell, seed) => {
  const { log, ...outcome } = await runCell(cell, { ...size, seed, log: values.log });
  if (log) process.stderr.write(log.join(''));
  const ok = outcome.problems.length === 0;
  say({
    ...outcome,
    kind: 'cell',
    name: cell.name,
    cell: cell.name,
    seed,
    ok,
    problems: outcome.problems.slice(0, 10),
  });
  return outcome;
};

/** @param {import('../shared/planted-bugs.mjs').PlantedBug} bug */
const plant = async (bug) => {
  const { name, breaks, cell } = bug;
  let problems = /** @type {string[]} */ ([]);
  let seed = firstSeed;
  for (; problems.length === 0 && seed < firstSeed + SEEDS_PER_BUG; seed += 1) {
    try {
      const seen = await runCell(cellOf(cell), { ...size, seed, loadLimitMs: BUG_LOAD_MS }, bug);
      // That may only be because its load was cut short.
      problems = seen.problems.filter((problem) => !problem.includes('a client still waits'));
    } catch (fault) {
      problems = [`the simulation ends: ${fault}`];
    }
  }
  const found = [...new Set(problems.map((problem) => problem.slice(0, 2)))].sort();
  const ok = found.some((promise) => /^I[1-9]$/.test(promise));
  say({ kind: 'bug', name, cell, seed: seed - 1, ok, breaks, found, problems: problems.slice(0, 3) });
};

if (values.list) {
  process.stdout.write(
    JSON.stringify({ cells: CELLS.map(({ name }) => name), bugs: PLANTED_BUGS.map(({ name }) => name) }),
  );
} else if (values.bug) {
  for (const bug of PLANTED_BUGS.filter(({ name }) => name.includes(values.bug))) await plant(bug);
} else {
  for (let seed = firstSeed; seed < firstSeed + Number(values.seeds); seed += 1)
    await runOnce(cellOf(values.cell), seed);
}
// gRPC channels of many lives hold handles of a clock that is gone.
process.exit(0);
