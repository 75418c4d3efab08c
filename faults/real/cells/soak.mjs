import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {import('../campaign.mjs').Cell} Cell */
/** @typedef {import('../replica.mjs').Weight} Weight */

const WEIGHINGS = 30;
/** The first part does not count: caches fill, code is compiled. */
const WARM_UP = 1 / 3;
/** A slope is no leak while its rise over the run is within so many standard deviations of what it leaves over. */
const NOISE = 3;
/** Sockets come and go with the calls under way. */
const HANDLES_MORE = 8;

const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Least squares over weighings at equal distances.
 * @param {number[]} values
 * @returns {{ rise: number, noise: number }} from the first to the last, and the standard deviation around the line
 */
const lineThrough = (values) => {
  const [middle, level] = [(values.length - 1) / 2, mean(values)];
  const spread = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  const slope = values.reduce((sum, value, at) => sum + (at - middle) * (value - level), 0) / spread;
  const left = values.map((value, at) => value - level - slope * (at - middle));
  return { rise: slope * (values.length - 1), noise: Math.sqrt(mean(left.map((each) => each ** 2))) };
};

const MEBIBYTE = 2 ** 20;
const mebibytes = (/** @type {number} */ bytes) => `${(bytes / MEBIBYTE).toFixed(2)} MiB`;

/** @param {string} name @param {Weight[]} weights @returns {{ line: string, leak: string | undefined }} */
const judge = (name, weights) => {
  const warm = weights.slice(Math.floor(weights.length * WARM_UP));
  const { rise, noise } = lineThrough(warm.map(({ heap }) => heap));
  const third = Math.floor(warm.length / 3);
  const handles = warm.map((weight) => weight.handles);
  const more = mean(handles.slice(-third)) - mean(handles.slice(0, third));
  const heap = `heap ${mebibytes(mean(warm.map((weight) => weight.heap)))}, ${mebibytes(rise)} more at the end, noise ${mebibytes(noise)}`;
  const line = `${name.padEnd(16)} ${heap}; handles ${mean(handles).toFixed(0)}, ${more.toFixed(1)} more at the end`;
  const leaks = [
    ...(rise > NOISE * noise && rise > MEBIBYTE ? ['heap'] : []),
    ...(more > HANDLES_MORE ? ['handles'] : []),
  ];
  return { line, leak: leaks.length > 0 ? `${name}: ${leaks.join(' and ')} keep growing` : undefined };
};

/** @type {Cell} */
const soak = {
  name: 'soak',
  what: 'nothing breaks for an hour of steady load: heaps, open files and sockets stay as they are',
  // Besides the minutes that were asked for.
  seconds: 60,
  run: async (campaign) => {
    const { replicas } = campaign.platform;
    /** @type {Map<string, Weight[]>} */
    const weights = new Map(replicas.map(({ name }) => [name, []]));
    for (let at = 0; at < WEIGHINGS; at += 1) {
      await delay((campaign.minutes * 60_000) / WEIGHINGS);
      for (const replica of replicas) weights.get(replica.name)?.push(await replica.weigh());
    }
    const judged = [...weights].map(([name, all]) => judge(name, all));
    for (const { line } of judged) campaign.say(`  ${line}`);
    const leaks = judged.flatMap(({ leak }) => leak ?? []);
    if (leaks.length > 0) throw new Error(leaks.join('; '));
    await campaign.flowing();
  },
};

/** @type {Cell[]} */
export const SOAK = [soak];
