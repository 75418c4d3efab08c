import { check } from '../command.mjs';
import { exitCode } from '../jest.mjs';
import { checkArrows } from './arrows.mjs';
import { checkFormat } from './format.mjs';
import { checkGenerated } from './gen.mjs';
import { lint } from './lint.mjs';
import { checkTypes } from './types.mjs';

/** @type {[string, () => Promise<{ ok: boolean, output: string }>][]} */
const CHECKS = [
  ['gen: generated types match proto/', checkGenerated],
  ['format', checkFormat],
  ['lint', lint],
  ['arrows: imports go inward only', checkArrows],
  ['types', checkTypes],
];

/** Runs every static check, one after another. */
export const runChecks = async () => {
  let passed = 0;
  for (const [name, work] of CHECKS) if (await check(name, work)) passed++;
  return { passed, failed: CHECKS.length - passed };
};

export default async () => exitCode(await runChecks());
