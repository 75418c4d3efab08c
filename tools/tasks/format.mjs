import { join } from 'node:path';
import { SCRATCH, run } from '../command.mjs';

const CACHE = ['--cache', '--cache-strategy', 'content', '--cache-location', join(SCRATCH, 'prettier-cache')];

export const checkFormat = () => run('prettier', ['--check', '.', '--log-level', 'warn', ...CACHE], { quiet: true });

/** Formats every file; with --check, only says which ones differ. */
export default async (/** @type {string[]} */ argv) => {
  const mode = argv.includes('--check') ? '--check' : '--write';
  const { ok } = await run('prettier', [mode, '.', '--log-level', 'warn', ...CACHE]);
  return ok ? 0 : 1;
};
