/**
 * @typedef {object} Context
 * @property {boolean} isQuick fewer pairs, smaller amounts: shows that it runs, not how fast
 * @property {boolean} isFull the largest amounts
 * @property {number} blocks of O P P O
 * @property {(sentence: string) => void} say
 */

/**
 * @typedef {object} Figure
 * @property {string} id
 * @property {string} title
 * @property {string} method
 * @property {(context: Context) => Promise<import('../pairs.mjs').Row[]>} run
 */

export {};
