import { build } from './build.mjs';

/** Takes the figures of docs/PERFORMANCE.md: names (P1 … P9), --quick, --full, --record. JSON on standard output. */
export default async (/** @type {string[]} */ argv) => {
  const built = await build({ quiet: true });
  if (!built.ok) {
    console.error(built.output.trimEnd());
    return 1;
  }
  const { bench } = await import('../../bench/main.mjs');
  return bench(argv);
};
