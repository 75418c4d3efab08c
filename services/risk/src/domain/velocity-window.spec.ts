import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { velocityWindow } from './velocity-window.js';

const WINDOW_MS = 600_000;
const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });

describe('a velocity window', () => {
  it('holds its moment: it ends after it, at most one window later', () => {
    fc.assert(
      fc.property(time, (at) => {
        const { endsAt } = velocityWindow('card', 'card_1', at, WINDOW_MS);
        const ahead = endsAt.getTime() - at.getTime();
        expect(ahead > 0 && ahead <= WINDOW_MS).toBe(true);
      }),
    );
  });

  it('is the same for two moments exactly when it ends at the same time', () => {
    fc.assert(
      fc.property(time, fc.integer({ min: 0, max: 2 * WINDOW_MS }), (at, laterMs) => {
        const one = velocityWindow('card', 'card_1', at, WINDOW_MS);
        const two = velocityWindow('card', 'card_1', new Date(at.getTime() + laterMs), WINDOW_MS);
        expect(one.id === two.id).toBe(one.endsAt.getTime() === two.endsAt.getTime());
      }),
    );
  });

  it('differs between scopes and between keys', () => {
    const at = new Date('2026-07-01T12:00:00Z');
    const ids = [velocityWindow('card', 'a', at, 1_000), velocityWindow('account', 'a', at, 1_000)];
    expect(new Set([...ids, velocityWindow('card', 'b', at, 1_000)].map(({ id }) => id)).size).toBe(3);
  });
});
