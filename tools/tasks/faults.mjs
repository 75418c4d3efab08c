import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ROOT, SCRATCH } from '../command.mjs';
import { exitCode } from '../jest.mjs';
import { build } from './build.mjs';

/** Processes at once. */
const HANDS = 2;
const PROGRAM = join('faults', 'sim', 'run.mjs');
/** Room for what lives as long as a payment, one core for each hand, no stacks of refusals: a quarter less time. */
const NODE_FLAGS = ['--max-semi-space-size=128', '--single-threaded-gc', '--stack-trace-limit=0'];

/** @typedef {{ kind: string, name: string, cell: string, seed: number, ok: boolean } & Record<string, any>} Line */

/** @param {string[]} args @param {(line: Line) => void} onLine @returns {Promise<boolean>} */
const runOne = (args, onLine) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...NODE_FLAGS, PROGRAM, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', (line) => onLine(JSON.parse(line)));
    child.once('close', (code) => resolve(code === 0));
  });

const column = (/** @type {unknown} */ value, /** @type {number} */ width) => String(value).padStart(width);

const HEAD = ['accepted', 'final', 'lost', 'doubled', 'unknown', 'faults', 'recovery s', 'virtual s'];

/** @param {Line} line */
const rowOf = ({ ok, name, accepted, final, lost, doubled, unknown, faults, recoverySeconds, virtualSeconds }) => {
  const numbers = [accepted, final, lost, doubled, unknown, faults, recoverySeconds, virtualSeconds];
  const cells = numbers.map((value, at) => column(Math.round(value), (HEAD[at] ?? '').length));
  return `${ok ? 'pass' : 'FAIL'}  ${name.padEnd(36)} ${cells.join('  ')}`;
};

/** @param {Line} line */
const show = (line) => {
  const { kind, ok, name, cell, seed, problems = [] } = line;
  if (kind === 'cell') console.log(rowOf(line));
  if (kind === 'replay') console.log(`${ok ? 'pass' : 'FAIL'}  ${name}`);
  if (kind === 'bug') console.log(`${ok ? 'caught' : 'MISSED'}  ${name} (breaks ${line['breaks']}; ${cell})`);
  if (ok) return;
  for (const problem of problems) console.log(`      ${problem}`);
  if (kind === 'cell') console.log(`      again: npm run faults -- --seed ${seed} --cell ${cell}`);
};

/** @param {Line[]} lines @param {number} wallSeconds */
const summarise = (lines, wallSeconds) => {
  const runs = lines.filter(({ kind }) => kind === 'cell');
  const sum = (/** @type {string} */ field) => runs.reduce((total, line) => total + Number(line[field]), 0);
  const perHour = Math.round((sum('accepted') / wallSeconds) * 3_600);
  console.log(
    `${runs.length} runs: ${sum('accepted')} accepted, ${sum('final')} final, ${sum('lost')} lost, ` +
      `${sum('doubled')} doubled, ${sum('unknown')} unknown; ${sum('faults')} faults; ${perHour} transactions an hour`,
  );
  const bugs = lines.filter(({ kind }) => kind === 'bug');
  if (bugs.length > 0) console.log(`planted bugs: ${bugs.filter(({ ok }) => ok).length} of ${bugs.length} caught`);
};

/** @param {string[]} args @returns {number[]} */
const seedsOf = (args) => {
  const options = /** @type {const} */ ({ seed: { type: 'string' }, seeds: { type: 'string' } });
  const { seed = '1', seeds = '1' } = parseArgs({ args, options, strict: false }).values;
  return Array.from({ length: Number(seeds) }, (_, at) => Number(seed) + at);
};

/** @returns {{ cells: string[], bugs: string[] }} */
const listed = () => JSON.parse(execFileSync(process.execPath, [PROGRAM, '--list'], { cwd: ROOT, encoding: 'utf8' }));

/** What the promise of a replay stands on: the same seed gives the same bytes, in any process. */
const REPLAYED = 'mixed';

/**
 * The simulation of faults: every cell, and the planted bugs.
 * @param {string[]} [args] of faults/sim/run.mjs; with --cell or --bug only that
 * @returns {Promise<import('../jest.mjs').Totals>}
 */
export const runFaults = async (args = []) => {
  const startedMs = Date.now();
  /** @type {Line[]} */
  const lines = [];
  const onLine = (/** @type {Line} */ line) => (lines.push(line), show(line));
  const isWhole = !args.some((arg) => /^--(cell|bug)\b/.test(arg));
  const { cells, bugs } = listed();
  const parts = [...[...cells, REPLAYED].map((name) => ['--cell', name]), ...bugs.map((name) => ['--bug', name])];
  // A process for each: what an earlier run left in it would change the next one.
  const waiting = seedsOf(args).flatMap((seed) =>
    (isWhole ? parts : [[]]).map((part) => ['--seed', String(seed), '--seeds', '1', ...part]),
  );
  let crashed = 0;
  const work = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift())
      if (!(await runOne([...args, ...part], onLine))) crashed += 1;
  };
  console.log(`      ${'cell'.padEnd(36)} ${HEAD.join('  ')}`);
  await Promise.all(Array.from({ length: HANDS }, work));
  if (isWhole) {
    const hashes = lines
      .filter(({ kind, name }) => kind === 'cell' && name === REPLAYED)
      .map(({ hash, seed }) => `${seed} ${hash}`);
    const ok = hashes.length > 1 && new Set(hashes).size === hashes.length / 2;
    onLine({ kind: 'replay', name: 'same seed, same trace', cell: REPLAYED, seed: 0, ok });
  }
  summarise(lines, (Date.now() - startedMs) / 1_000);
  mkdirSync(SCRATCH, { recursive: true });
  writeFileSync(join(SCRATCH, 'faults-simulation.json'), JSON.stringify(lines, null, 2));
  const failed = lines.filter(({ ok }) => !ok).length + crashed;
  return { passed: lines.filter(({ ok }) => ok).length, failed };
};

/** The arguments are those of faults/sim/run.mjs, or with --real those of faults/real/run.mjs (faults/README.md). */
export default async (/** @type {string[]} */ args) => {
  const built = await build({ quiet: true });
  if (!built.ok) console.error(built.output);
  if (built.ok && args.includes('--real')) return (await import('../../faults/real/run.mjs')).runReal(args);
  const totals = built.ok ? await runFaults(args) : { passed: 0, failed: 1 };
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return exitCode(totals);
};
