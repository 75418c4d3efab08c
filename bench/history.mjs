import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpus } from 'node:os';
import { ROOT } from '../tools/command.mjs';
import { HEADINGS, cellsOf } from './table.mjs';

const PAGE = join(ROOT, 'docs', 'PERFORMANCE.md');
const MARK = '<!-- npm run bench -- --record writes below this line, the latest run first -->';

/** @param {{ startedAt: string, mode: string, results: import('./main.mjs').Result[] }} report */
const sectionOf = ({ startedAt, mode, results }) => {
  const loads = results.flatMap(({ load }) => load);
  const machine = `${cpus().length} cores, Node ${process.versions.node}, load ${Math.min(...loads)}–${Math.max(...loads)}`;
  const rows = results.flatMap(({ id, rows: ofFigure, fault }) =>
    fault
      ? [`| ${id} could not be taken: ${fault.replaceAll('|', '/')} |${' |'.repeat(HEADINGS.length - 1)}`]
      : ofFigure.map((row) => `| ${id} ${cellsOf(row).join(' | ')} |`),
  );
  const head = [`| ${HEADINGS.join(' | ')} |`, `|${' --- |'.repeat(HEADINGS.length)}`];
  return [`### ${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${mode}`, '', machine, '', ...head, ...rows, ''].join(
    '\n',
  );
};

/** Adds the run to the history in docs/PERFORMANCE.md. @param {Parameters<typeof sectionOf>[0]} report */
export const record = (report) => {
  const [head = '', history = ''] = readFileSync(PAGE, 'utf8').split(MARK);
  writeFileSync(PAGE, `${head}${MARK}\n\n${sectionOf(report)}${history.trimEnd() ? `\n${history.trim()}\n` : ''}`);
};
