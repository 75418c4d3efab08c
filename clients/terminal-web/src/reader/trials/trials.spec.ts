import { beforeAll, describe, expect, it } from '@jest/globals';
import { tableOf, Tally, trials, type Trial } from './index.js';

const MUST_DECODE = /^(?:in clear|encrypted|track|tracks|clean|good-swipe|reversed-swipe|chip-)/;

const tried: Trial[] = [];

beforeAll(async () => {
  for await (const trial of trials({ swipes: 40, each: 20, seed: 7 })) tried.push(trial);
});

const tallied = (given: readonly Trial[]): Tally => {
  const tally = new Tally();
  for (const trial of given) tally.count(trial);
  return tally;
};

describe('the trials of all drivers', () => {
  it('report no wrong card, read what is whole and refuse what is broken', () => {
    const { rows, total } = tallied(tried);
    expect(rows.filter(({ wrong }) => wrong > 0)).toEqual([]);
    expect(new Set(rows.map(({ driver }) => driver)).size).toBe(10);
    for (const row of rows.filter(({ group }) => MUST_DECODE.test(group))) {
      expect(row).toMatchObject({ decoded: row.tried });
    }
    expect(total.tried).toBe(tried.length);
    expect(total.decoded + total.refused).toBe(total.tried);
  });

  it('hold inputs of every driver that must be refused', () => {
    const drivers = new Set(tried.filter(({ put }) => put === undefined).map(({ driver }) => driver));
    expect(drivers.size).toBe(10);
  });

  it.each<[string, (trial: Trial) => Trial]>([
    ['another PAN', (trial) => ({ ...trial, reported: ['6225880000000001'] })],
    ['a card from an input that holds none', (trial) => ({ ...trial, put: undefined })],
    ['one card twice', (trial) => ({ ...trial, reported: [...trial.reported, ...trial.reported] })],
  ])('count %s, planted in one of them, as wrong', (_what, plant) => {
    const at = tried.findIndex(({ reported }) => reported.length === 1);
    const planted = tallied(tried.map((trial, index) => (index === at ? plant(trial) : trial)));
    const clean = tallied(tried);
    expect(planted.total).toMatchObject({ wrong: 1, decoded: clean.total.decoded - 1, tried: tried.length });
    expect(planted.rows.filter(({ wrong }) => wrong === 1)).toMatchObject([{ driver: tried[at]?.driver }]);
  });
});

describe('the table', () => {
  it('has one line for each group, and a total with its rate', () => {
    const trial = { driver: 'a reader', group: 'whole', put: '1' };
    const table = tableOf(
      tallied([
        { ...trial, reported: ['1'] },
        { ...trial, reported: [] },
        { ...trial, reported: ['2'] },
        { ...trial, group: 'cut', put: undefined, reported: [] },
      ]),
    );
    const cells = table.split('\n').map((line) => line.trim().split(/\s{2,}/));
    expect(cells[1]).toEqual(['a reader', 'whole', '3', '1', '1', '1', '33.3 %']);
    expect(cells.at(-1)).toEqual(['all', '4', '1', '2', '1', '25.0 %']);
  });
});
