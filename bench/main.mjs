import { loadAverage } from './processes.mjs';
import { FIGURES } from './figures/index.mjs';
import { record } from './history.mjs';
import { tableOf } from './table.mjs';

/**
 * @typedef {object} Result what came of one figure
 * @property {string} id
 * @property {string} title
 * @property {number} seconds that it took
 * @property {[number, number]} load of the machine before and after, as the kernel averages it over a minute
 * @property {import('./pairs.mjs').Row[]} rows
 * @property {string} [fault] why it could not be taken
 */

const BLOCKS = { quick: 1, usual: 3 };

/** @param {import('./figures/figure.mjs').Figure} figure @param {import('./figures/figure.mjs').Context} context */
const runOne = async ({ id, title, run }, context) => {
  const started = Date.now();
  const before = loadAverage();
  /** @type {Pick<Result, 'rows' | 'fault'>} */
  let outcome;
  try {
    outcome = { rows: await run(context) };
  } catch (fault) {
    // One figure that cannot be taken must not cost the others.
    const reason = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    context.say(`${id} could not be taken: ${reason}`);
    outcome = { rows: [], fault: reason.split('\n')[0] ?? reason };
  }
  const seconds = Math.round((Date.now() - started) / 1_000);
  return { id, title, seconds, load: /** @type {[number, number]} */ ([before, loadAverage()]), ...outcome };
};

/** @param {string[]} argv */
const optionsOf = (argv) => {
  const names = argv.filter((word) => !word.startsWith('--')).map((word) => word.toUpperCase());
  const unknown = names.find((name) => !FIGURES.some(({ id }) => id === name));
  const flags = new Set(argv.filter((word) => word.startsWith('--')));
  const strange = [...flags].find((flag) => !['--quick', '--full', '--record'].includes(flag));
  if (unknown || strange) {
    const known = FIGURES.map(({ id }) => id).join(' ');
    throw new Error(
      `${unknown ?? strange} is not known. Usage: npm run bench -- [${known}] [--quick | --full] [--record]`,
    );
  }
  const figures = FIGURES.filter(({ id, isExtra }) => (names.length > 0 ? names.includes(id) : !isExtra));
  return { figures, isQuick: flags.has('--quick'), isFull: flags.has('--full'), isRecorded: flags.has('--record') };
};

/**
 * Takes the figures that are named, or all; progress and a table on standard error, JSON on standard output.
 * @param {string[]} argv
 */
export const bench = async (argv) => {
  const { figures, isQuick, isFull, isRecorded } = optionsOf(argv);
  const say = (/** @type {string} */ sentence) => console.error(sentence);
  const context = { isQuick, isFull, blocks: isQuick ? BLOCKS.quick : BLOCKS.usual, say };
  const startedAt = new Date().toISOString();
  /** @type {Result[]} */
  const results = [];
  for (const figure of figures) {
    say(`${figure.id}: ${figure.title}`);
    const result = await runOne(figure, context);
    results.push(result);
    say(tableOf([result]));
  }
  const report = { startedAt, mode: isQuick ? 'quick' : isFull ? 'full' : 'usual', results };
  console.log(JSON.stringify(report, null, 2));
  if (isRecorded) record(report);
  return results.some(({ fault }) => fault) ? 1 : 0;
};
