import { join } from 'node:path';
import { SCRATCH, run } from '../command.mjs';

const CACHE = ['--cache', '--cache-strategy', 'content', '--cache-location', join(SCRATCH, 'eslint-cache')];

/** Zero warnings. */
export const lint = ({ quiet = true, args = /** @type {string[]} */ ([]) } = {}) =>
  run('eslint', ['.', '--max-warnings', '0', ...CACHE, ...args], { quiet });

export default async (/** @type {string[]} */ argv) => ((await lint({ quiet: false, args: argv })).ok ? 0 : 1);
