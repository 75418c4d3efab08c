import { describe, expect, it } from '@jest/globals';
import { withCheckDigit } from './audio/swipe-corpus.js';
import { cardRead } from './card-read.js';

const PAN = withCheckDigit('622588000000123');

describe('cardRead', () => {
  it('shows first six and last four in groups of four', () => {
    expect(cardRead(`;${PAN}=3112220?`, 'keyboard')).toMatchObject({
      masked: `6225 88•• •••• ${PAN.slice(-4)}`,
      bin: '62258800',
      last4: PAN.slice(-4),
      readerKind: 'keyboard',
      readerProtected: false,
    });
    const long = withCheckDigit('622588000000123456');
    expect(cardRead(`;${long}=3112220?`, 'keyboard')?.masked).toBe(
      `6225 88•• •••• •••${long.slice(-4, -3)} ${long.slice(-3)}`,
    );
  });

  it('cannot be printed whole', () => {
    expect(JSON.stringify(cardRead(`;${PAN}=3112220?`, 'keyboard'))).not.toContain(PAN);
  });

  it('is undefined for what is no payment card', () => {
    expect(cardRead(';0123456789=3112220?', 'keyboard')).toBeUndefined();
    expect(cardRead(`;${PAN.slice(0, -1)}${(Number(PAN.at(-1)) + 1) % 10}=3112220?`, 'keyboard')).toBeUndefined();
  });
});
