import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SCRATCH } from '../../tools/command.mjs';

/** @typedef {import('./campaign.mjs').Row} Row */

const RESULT = join(SCRATCH, 'faults', 'real.json');
const DOCUMENT = join(ROOT, 'docs', 'RELIABILITY.md');
const BEGIN = '<!-- real: written by `npm run faults -- --real --record`; do not edit between these two lines -->';
const END = '<!-- real: end -->';

/** @param {number[]} values @param {number} share @returns {number | undefined} undefined of nothing */
export const quantile = (values, share) => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
};

const seconds = (/** @type {number | undefined} */ value) => (value === undefined ? '–' : value.toFixed(1));

/** @param {Row} row */
const cellsOf = (row) => [
  row.name,
  row.notTested ? 'NOT TESTED' : row.violations.length === 0 ? 'holds' : `${row.violations.length} BROKEN`,
  String(row.faults),
  String(row.accepted),
  String(row.final),
  String(row.settled),
  String(row.lost),
  String(row.doubled),
  String(row.unknown),
  String(row.submitErrors),
  seconds(quantile(row.firstSeconds, 0.5)),
  seconds(quantile(row.firstSeconds, 0.95)),
  seconds(row.slowestSeconds),
];

const HEADER = [
  'cell',
  'I1–I9',
  'faults',
  'accepted',
  'final',
  'settled',
  'lost',
  'doubled',
  'unknown',
  'errors',
  'first p50',
  'first p95',
  'slowest',
];

/** @param {Row[]} rows @param {{ header: boolean }} options */
export const tableOf = (rows, { header }) => {
  const lines = [...(header ? [HEADER] : []), ...rows.map(cellsOf)];
  const widths = HEADER.map((title, at) =>
    Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0), at === 0 ? 22 : 0),
  );
  return lines
    .map((line) =>
      line.map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))).join('  '),
    )
    .join('\n');
};

/** @param {Row[]} rows @param {[string, number][]} kills @param {object} options */
export const saveRows = (rows, kills, options) => {
  mkdirSync(join(SCRATCH, 'faults'), { recursive: true });
  const at = new Date().toISOString();
  writeFileSync(RESULT, JSON.stringify({ at, options, rows, kills: Object.fromEntries(kills) }, null, 2));
  console.log(`JSON: ${RESULT}`);
};

/** Rewrites the generated part of docs/RELIABILITY.md from the last result. */
export const writeDocument = () => {
  if (!existsSync(DOCUMENT)) return;
  const text = readFileSync(DOCUMENT, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < 0) return;
  const { at, options, rows, kills } = JSON.parse(readFileSync(RESULT, 'utf8'));
  writeFileSync(
    DOCUMENT,
    `${text.slice(0, from + BEGIN.length)}\n\n${generated(at, options, rows, kills)}\n${text.slice(to)}`,
  );
};

/**
 * @param {string} at @param {{ full?: boolean, cell?: string }} options
 * @param {Row[]} rows @param {Record<string, number>} kills
 */
const generated = (at, { full, cell }, rows, kills) => {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const names = Object.keys(kills);
  const least = Math.min(...Object.values(kills));
  const rare = names.filter((name) => (kills[name] ?? 0) < 20);
  return [
    `${full ? 'The full matrix' : (cell ?? 'The short matrix')}, run of ${at.slice(0, 16).replace('T', ' ')} UTC.`,
    'Times in seconds; "first" is from a fault (or its healing) to the first',
    'transaction accepted after it that is settled, "slowest" from a 202 to the outcome at the terminal, "errors" are submits that',
    'had to be repeated.',
    '',
    line(HEADER),
    line(HEADER.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map((row) => line(cellsOf(row))),
    '',
    ...(names.length === 0
      ? []
      : [
          `Seams killed: ${names.length}, each at least ${least} times. Fewer than 20: ${rare.join(', ') || 'none'}.`,
          '',
        ]),
    ...rows.map(
      ({ name, what, notTested }) => `- \`${name}\`: ${what}${notTested ? ` (not tested: ${notTested})` : ''}`,
    ),
    '',
  ].join('\n');
};
