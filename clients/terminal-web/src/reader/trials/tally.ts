/** One input to a driver and every card that came of it. All of it is made up: no card of a person is ever here. */
export interface Trial {
  readonly driver: string;
  readonly group: string;
  /** PAN that was put in, or KSN and ciphertext of a reader that encrypts; `undefined` if it must be refused. */
  readonly put: string | undefined;
  readonly reported: readonly string[];
}

export interface Row {
  readonly driver: string;
  readonly group: string;
  readonly tried: number;
  readonly decoded: number;
  readonly refused: number;
  /** Another card than the one put in, a card from an input that holds none, or one card reported twice. */
  readonly wrong: number;
}

const NONE = { tried: 0, decoded: 0, refused: 0, wrong: 0 };

/** Counts trials by driver and group, in the order in which they come. */
export class Tally {
  readonly #rows = new Map<string, Row>();

  count({ driver, group, put, reported }: Trial): void {
    const key = `${driver}\n${group}`;
    const row = this.#rows.get(key) ?? { driver, group, ...NONE };
    const isRight = put !== undefined && reported.length === 1 && reported[0] === put;
    const found = reported.length === 0 ? 'refused' : isRight ? 'decoded' : 'wrong';
    this.#rows.set(key, { ...row, tried: row.tried + 1, [found]: row[found] + 1 });
  }

  get rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  get total(): Row {
    const sum = (field: keyof typeof NONE): number => this.rows.reduce((total, row) => total + row[field], 0);
    const [tried, decoded, refused, wrong] = [sum('tried'), sum('decoded'), sum('refused'), sum('wrong')];
    return { driver: 'all', group: '', tried, decoded, refused, wrong };
  }
}

const HEAD = ['driver', 'inputs', 'tried', 'decoded', 'refused', 'wrong', 'decode rate'];

/** For a terminal: columns of equal width, numbers to the right. */
export function tableOf(tally: Tally): string {
  const lines = [...tally.rows, tally.total].map(({ driver, group, tried, decoded, refused, wrong }) => {
    const rate = `${((100 * decoded) / tried).toFixed(1)} %`;
    return [driver, group, ...[tried, decoded, refused, wrong].map(String), rate];
  });
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...lines].map((cells) => (cells[column] ?? '').length)));
  const padded = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [padded(HEAD), ...lines.map(padded)].join('\n');
}
