import { describe, expect, it } from '@jest/globals';
import { shownOf } from './protected-card.js';

describe('shownOf', () => {
  it.each([
    [';6225********0001=3112?*', '6225 •••• •••• 0001', '6225', '0001'],
    [';622588******0001=3112?*', '6225 88•• •••• 0001', '622588', '0001'],
    // MagneSafe masks by zeros: they are not to be taken for digits of the card.
    [';6225000000000001=3112000?', '6225 •••• •••• 0001', '6225', '0001'],
    ['622588*********0001D3112', '6225 88•• •••• •••0 001', '622588', '0001'],
  ])('shows of %s what is the card’s own', (masked, shown, bin, last4) => {
    expect(shownOf(masked)).toEqual({ masked: shown, bin, last4 });
  });

  it.each(['', '****************=3112', 'garbage', ';62=31?'])('shows nothing of "%s"', (masked) => {
    expect(shownOf(masked)).toEqual({ masked: '', bin: '', last4: '' });
  });
});
