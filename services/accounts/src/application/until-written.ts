import { TransientFault } from '@openswipe/kernel';

/** Each lost race means that somebody else's change was written, so it ends long before. */
const RACES_MAX = 20;

/** Another change was written first. */
export const RACED = Symbol('raced');

/**
 * Looks, judges and writes by a guard, again each time that somebody else was first. Throws what `attempt` throws.
 * @param failure the sentence of the `TransientFault` where every race was lost
 */
export async function untilWritten<T>(failure: string, attempt: () => Promise<T | typeof RACED>): Promise<T> {
  for (let race = 0; race < RACES_MAX; race += 1) {
    const outcome = await attempt();
    if (outcome !== RACED) return outcome;
  }
  throw new TransientFault(failure);
}
