const digits = (/** @type {number} */ value) =>
  Number.isNaN(value) ? '–' : value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

/** @param {import('./pairs.mjs').Row} row */
const verdictOf = ({ goal, isVoid, isMet }) => {
  if (!goal) return 'reported';
  if (isVoid) return 'VOID: null test outside 0.9–1.1';
  return isMet ? 'met' : 'MISSED';
};

/** @param {import('./pairs.mjs').Row} row */
export const cellsOf = (row) => {
  const { name, unit, goal, ratio, min, max, pairs, nullRatio, ours, peer, oursCpuMs, peerCpuMs } = row;
  const spread = pairs > 1 ? ` (${digits(min)}–${digits(max)})` : '';
  const cpu = oursCpuMs === undefined ? '–' : `${digits(oursCpuMs)} / ${digits(peerCpuMs ?? NaN)}`;
  const both = Number.isNaN(peer) ? `${digits(ours)} ${unit}` : `${digits(ours)} / ${digits(peer)} ${unit}`;
  const wanted = goal ? `${goal.relation === '>=' ? '≥' : '≤'} ${goal.limit}` : '–';
  return [name, `${digits(ratio)}${spread}`, wanted, verdictOf(row), digits(nullRatio), both, cpu];
};

export const HEADINGS = ['figure', 'ratio (min–max)', 'goal', 'verdict', 'null', 'ours / peer', 'CPU-ms each'];

/** For people. @param {readonly import('./main.mjs').Result[]} results */
export const tableOf = (results) =>
  results
    .map(({ id, seconds, load, rows, fault }) => {
      const head = `${id} (${seconds} s, load ${load.join(' → ')})${fault ? ` FAILED: ${fault}` : ''}`;
      const lines = [HEADINGS, ...rows.map(cellsOf)];
      const widths = HEADINGS.map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)));
      const body = lines.map((cells) =>
        `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd(),
      );
      const notes = rows.flatMap(({ name, note, more }) => {
        const extra = Object.entries(more ?? {}).map(([key, value]) => `${key} ${digits(value)}`);
        const text = [note, extra.join(', ')].filter(Boolean).join('; ');
        return text ? [`  ${name}: ${text}`] : [];
      });
      return [head, ...body, ...notes, ''].join('\n');
    })
    .join('\n');
