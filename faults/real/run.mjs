import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SCRATCH } from '../../tools/command.mjs';
import { SERVICES } from '../../tools/stack/services.mjs';
import { Campaign } from './campaign.mjs';
import { CELLS } from './cells/index.mjs';
import { layCables } from './cables.mjs';
import { mountSmallDisks } from './disks.mjs';
import { Platform, REPLICAS } from './platform.mjs';
import { saveRows, tableOf, writeDocument } from './report.mjs';

/** @typedef {import('./campaign.mjs').Cell} Cell */
/** @typedef {import('./campaign.mjs').Row} Row */

const USAGE = `npm run faults -- --real [--short | --full | --cell NAME] [--repeats N] [--rate N] [--seed N] [--list]
  --short     the quick matrix (default)        --full      every cell
  --record    writes the result into docs/RELIABILITY.md
  --cell      one cell, on a platform of its own; may be given several times
  --repeats   kills at each seam, tens of schedules: 1, or 20 with --full
  --seam      only seams whose "service name" match     --minutes  how long \`soak\` takes, and \`seams-…\` at most: 60
  --replicas  more of a service with many seams, as accounts=4; may be given several times
  --rate      payments per second: 3            --terminals of so many people: 12
  --flow      payments that end between two schedules: 0
  --seed      which victims, which moments: 1   --keep      leaves logs and data where they are`;

/** @param {string[]} argv */
const parse = (argv) =>
  parseArgs({
    args: argv,
    options: {
      // Which layer; this one.
      real: { type: 'boolean' },
      short: { type: 'boolean' },
      full: { type: 'boolean' },
      record: { type: 'boolean' },
      list: { type: 'boolean' },
      keep: { type: 'boolean' },
      help: { type: 'boolean' },
      cell: { type: 'string', multiple: true },
      repeats: { type: 'string' },
      seam: { type: 'string', default: '' },
      replicas: { type: 'string', multiple: true, default: [] },
      minutes: { type: 'string', default: '60' },
      rate: { type: 'string', default: '3' },
      terminals: { type: 'string', default: '12' },
      flow: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
    },
  }).values;

/** @typedef {ReturnType<typeof parse>} Values */

/** The short matrix is judged once, at its end. @param {Values} values */
const isTogether = ({ full, cell }) => !full && !cell;

/** @param {Values} values @returns {Cell[]} */
const wanted = ({ cell, full }) => {
  if (!cell) return CELLS.filter(({ short, isPart }) => (full ? !isPart : short));
  return cell.map((name) => {
    const found = CELLS.find((each) => each.name === name);
    if (!found) throw new Error(`there is no cell ${name}: --list names them`);
    return found;
  });
};

/** @param {readonly string[]} texts `service=count` @returns {Record<string, number>} */
const replicasOf = (texts) =>
  Object.fromEntries(
    texts.map((text) => {
      const [service = '', count] = text.split('=');
      if (!SERVICES.includes(service) || !(Number(count) >= REPLICAS))
        throw new Error(`--replicas ${text}: a service and a count of ${REPLICAS} or more, as accounts=4`);
      return [service, Number(count)];
    }),
  );

const START_SECONDS = 40;
/** Until a platform under load has come to rest and is checked. */
const REST_SECONDS = 15;

/** @param {Cell[]} cells @param {{ repeats: number, soakMinutes: number, together: boolean }} how */
const minutes = (cells, { repeats, soakMinutes, together }) => {
  const secondsOf = (/** @type {Cell} */ { name, seconds }) => {
    if (name === 'schedules') return seconds * repeats;
    if (name === 'soak') return seconds + soakMinutes * 60;
    return name.startsWith('seams-') ? seconds * Math.max(1, repeats / 5) : seconds - (together ? REST_SECONDS : 0);
  };
  const seconds = cells.reduce((sum, cell) => sum + secondsOf(cell), START_SECONDS);
  return Math.ceil(seconds / 60);
};

/** A row for a cell that this machine does not allow. @param {Cell} cell @returns {Row} */
const notTested = ({ name, what }) => ({
  name,
  what,
  ...{ faults: 0, accepted: 0, final: 0, settled: 0, lost: 0, doubled: 0, unknown: 0, submitErrors: 0 },
  firstSeconds: [],
  slowestSeconds: 0,
  toldSeconds: { p50: undefined, p99: undefined },
  violations: [],
  notTested: 'small disks and network namespaces are made by root only',
});

/** @param {Row[]} rows @param {boolean} header @param {number} began */
const tell = (rows, header, began) => {
  console.log(tableOf(rows, { header }));
  for (const violation of rows.flatMap(({ violations }) => violations).slice(0, 20)) console.log(`    ! ${violation}`);
  for (const { name, toldSeconds } of rows) {
    if (toldSeconds.p99 === undefined) continue;
    console.log(
      `    ${name}: told after ${toldSeconds.p50?.toFixed(2)} s (p50), ${toldSeconds.p99.toFixed(2)} s (p99)`,
    );
  }
  console.log(`    (${((Date.now() - began) / 1_000).toFixed(0)} s)`);
};

/**
 * With `together` the platform comes to rest once, after the last cell, and is judged then: quicker, and what is broken
 * cannot be told from which cell it is.
 * @param {Campaign} campaign @param {Cell[]} cells @param {{ together: boolean, lacks: (cell: Cell) => boolean }} how
 * @returns {Promise<Row[]>}
 */
const runCells = async (campaign, cells, { together, lacks }) => {
  /** @type {Row[]} */
  const rows = cells.filter(lacks).map(notTested);
  /** @type {import('./campaign.mjs').Hurt[]} */
  const hurts = [];
  const possible = cells.filter((cell) => !lacks(cell));
  for (const [at, cell] of possible.entries()) {
    const began = Date.now();
    hurts.push(await campaign.hurt(cell));
    if (together && at < possible.length - 1) {
      console.log(`${cell.name}: ${((Date.now() - began) / 1_000).toFixed(0)} s ${hurts.at(-1)?.broken.join(' ')}`);
      continue;
    }
    const judged = await campaign.judge(hurts.splice(0));
    tell(judged, rows.length === 0, began);
    rows.push(...judged);
  }
  return rows;
};

/**
 * @param {Cell[]} cells @param {Values} values @param {string} dataDir
 * @returns {Promise<{ rows: Row[], kills: [string, number][] }>}
 */
const runAll = async (cells, values, dataDir) => {
  const disks = cells.some(({ disk }) => disk) ? mountSmallDisks(dataDir) : undefined;
  const cables = cells.some((cell) => cell.cables) ? layCables() : undefined;
  const platform = new Platform(dataDir, replicasOf(values.replicas), disks, cables);
  const lacks = (/** @type {Cell} */ cell) => (cell.disk && !disks) || (cell.cables && !cables) || false;
  const repeats = Number(values.repeats ?? (values.full ? 20 : 1));
  const options = {
    perSecond: Number(values.rate),
    terminals: Number(values.terminals),
    seed: Number(values.seed),
    repeats,
    seam: new RegExp(values.seam),
    minutes: Number(values.minutes),
    flow: Number(values.flow),
    say: console.log,
  };
  /** @type {Campaign | undefined} */
  let campaign;
  const interrupt = () => void platform.stop().then(() => process.exit(130));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, interrupt);
  try {
    console.log('Starting Kafka, the database and two replicas of each service.');
    await platform.start();
    campaign = new Campaign(platform, options);
    await campaign.open();
    const together = isTogether(values);
    const rows = await runCells(campaign, cells, { together, lacks });
    return { rows, kills: [...campaign.kills] };
  } finally {
    campaign?.close();
    await platform.stop();
    disks?.unmount();
    for (const cable of cables?.values() ?? []) cable.close();
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
  }
};

/** Runs the matrix on real processes. @param {string[]} argv @returns {Promise<number>} exit code */
export const runReal = async (argv) => {
  const values = parse(argv);
  if (values.help) return (console.log(USAGE), 0);
  const cells = wanted(values);
  if (values.list) {
    for (const { name, what, short, seconds } of CELLS)
      console.log(`${name.padEnd(28)}${short ? 'short ' : '      '}${String(seconds).padStart(4)} s  ${what}`);
    return 0;
  }
  const repeats = Number(values.repeats ?? (values.full ? 20 : 1));
  const how = { repeats, soakMinutes: Number(values.minutes), together: isTogether(values) };
  console.log(`${cells.length} cells, about ${minutes(cells, how)} minutes on a quiet machine.`);
  mkdirSync(SCRATCH, { recursive: true });
  const dataDir = mkdtempSync(join(SCRATCH, 'faults-'));
  const { rows, kills } = await runAll(cells, values, dataDir);
  const broken = rows.filter(({ violations }) => violations.length > 0);
  console.log(`\n${tableOf(rows, { header: true })}`);
  saveRows(rows, kills, values);
  if (values.record) writeDocument();
  if (broken.length === 0 && !values.keep) rmSync(dataDir, { recursive: true, force: true });
  else console.log(`Logs and data are in ${dataDir}.`);
  console.log(
    broken.length === 0 ? 'No invariant was broken.' : `Broken: ${broken.map(({ name }) => name).join(', ')}`,
  );
  return broken.length === 0 ? 0 : 1;
};

if (import.meta.main) process.exitCode = await runReal(process.argv.slice(2));
