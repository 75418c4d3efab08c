import { run } from '../command.mjs';

/** Type-checks the sources, then the specs, then the tools. */
export const checkTypes = async ({ quiet = true } = {}) => {
  const results = [];
  for (const args of [
    ['-b'],
    ['-p', 'tsconfig.specs.json'],
    ['-p', 'tools/tsconfig.json'],
    ['-p', 'faults/tsconfig.json'],
    ['-p', 'bench/tsconfig.json'],
  ]) {
    results.push(await run('tsc', args, { quiet }));
  }
  return { ok: results.every(({ ok }) => ok), output: results.map(({ output }) => output).join('') };
};

export default async () => ((await checkTypes({ quiet: false })).ok ? 0 : 1);
