import { randomBytes } from 'node:crypto';
import type { Random } from '../application/ports.js';

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  // Spreads retries; nobody gains by guessing it.
  chance: () => Math.random(),
};
