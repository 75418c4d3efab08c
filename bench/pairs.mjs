/**
 * @typedef {object} Sample one run of one side
 * @property {number} value a rate, or a cost: both sides give the same kind
 * @property {number} [cpuMs] CPU of the side's processes for one unit of work, milliseconds
 * @property {Record<string, number>} [more] what else is worth keeping
 */

/** @typedef {() => Promise<Sample>} Side */

/**
 * @typedef {object} Goal
 * @property {'>=' | '<='} relation
 * @property {number} limit
 */

/**
 * @typedef {object} Row one ratio of a figure
 * @property {string} name
 * @property {string} unit of `ours` and `peer`
 * @property {Goal | null} goal null: only reported
 * @property {number} ratio median of the pairs
 * @property {number} min
 * @property {number} max
 * @property {number} pairs
 * @property {number} nullRatio peer against peer in the same run; NaN where there is no second run of a peer
 * @property {boolean} isVoid the null test says that the machine was too restless
 * @property {boolean | null} isMet null: void, or no goal
 * @property {number} ours median
 * @property {number} peer median
 * @property {number} [oursCpuMs] for one unit of work
 * @property {number} [peerCpuMs]
 * @property {Record<string, number>} [more]
 * @property {string} [note]
 */

export const NULL_RANGE = { from: 0.9, to: 1.1 };

/** @param {readonly number[]} numbers */
export const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[sorted.length / 2 - 1] ?? NaN) + upper) / 2;
};

/** @param {readonly number[]} numbers @param {number} share 0.99 for p99 */
export const percentile = (numbers, share) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
};

/** @param {readonly Sample[]} samples */
const cpuOf = (samples) => {
  const known = samples.flatMap(({ cpuMs }) => (cpuMs === undefined ? [] : [cpuMs]));
  return known.length > 0 ? median(known) : undefined;
};

/** @param {readonly Sample[]} samples @param {string} prefix */
const moreOf = (samples, prefix) => {
  const keys = Object.keys(samples[0]?.more ?? {});
  return Object.fromEntries(
    keys.map((key) => [`${prefix} ${key}`, median(samples.map(({ more }) => more?.[key] ?? NaN))]),
  );
};

/** @param {number} ratio @param {Goal | null} goal @param {boolean} isVoid */
export const isMet = (ratio, goal, isVoid) => {
  if (!goal || isVoid || Number.isNaN(ratio)) return null;
  return goal.relation === '>=' ? ratio >= goal.limit : ratio <= goal.limit;
};

/**
 * Ours and peer in turn, O P P O, after one round that does not count. The two peers in the middle of each block, and
 * one more pair of them at the end, are the null test: what two runs of the same thing differ by.
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.unit
 * @param {Goal | null} options.goal
 * @param {Side} options.ours
 * @param {Side} options.peer
 * @param {number} options.blocks two pairs each
 * @param {string} [options.note]
 * @returns {Promise<Row>}
 */
export const compare = async ({ name, unit, goal, ours, peer, blocks, note }) => {
  await ours();
  await peer();
  /** @type {Sample[]} */ const o = [];
  /** @type {Sample[]} */ const p = [];
  /** @type {number[]} */ const nulls = [];
  for (let block = 0; block < blocks; block++) {
    o.push(await ours());
    const [first, second] = [await peer(), await peer()];
    p.push(first, second);
    o.push(await ours());
    nulls.push(block % 2 === 0 ? second.value / first.value : first.value / second.value);
  }
  const [first, second] = [await peer(), await peer()];
  nulls.push(first.value / second.value);
  const ratios = o.map(({ value }, i) => value / (p[i]?.value ?? NaN));
  const [ratio, nullRatio] = [median(ratios), median(nulls)];
  const isVoid = !(nullRatio >= NULL_RANGE.from && nullRatio <= NULL_RANGE.to);
  const [oursCpuMs, peerCpuMs] = [cpuOf(o), cpuOf(p)];
  return {
    ...{ name, unit, goal, ratio, min: Math.min(...ratios), max: Math.max(...ratios), pairs: ratios.length },
    ...{ nullRatio, isVoid, isMet: isMet(ratio, goal, isVoid) },
    ...{ ours: median(o.map(({ value }) => value)), peer: median(p.map(({ value }) => value)) },
    ...(oursCpuMs !== undefined && { oursCpuMs }),
    ...(peerCpuMs !== undefined && { peerCpuMs }),
    more: { ...moreOf(o, 'ours'), ...moreOf(p, 'peer') },
    ...(note !== undefined && { note }),
  };
};

/**
 * A row that is a number by itself, with no peer.
 * @param {{ name: string, unit: string, goal: Goal | null, value: number, more?: Record<string, number>,
 *   note?: string }} options
 * @returns {Row}
 */
export const single = ({ name, unit, goal, value, more, note }) => ({
  ...{ name, unit, goal, ratio: value, min: value, max: value, pairs: 1, nullRatio: NaN, isVoid: false },
  ...{ isMet: isMet(value, goal, false), ours: value, peer: NaN },
  ...(more && { more }),
  ...(note !== undefined && { note }),
});
