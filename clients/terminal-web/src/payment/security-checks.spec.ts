import { describe, expect, it } from '@jest/globals';
import { parseCvmList } from '@openswipe/card/emv';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { Sensitive } from '@openswipe/kernel';
import { cardRead } from '../reader/card-read.js';
import type { ChipCardRead } from '../reader/chip-card-read.js';
import { checkOfReason, pinRequired } from './security-checks.js';

/** A chip whose service code wants no PIN, with these rules of method and condition. */
function aChip(rules: string): ChipCardRead {
  const card = cardRead(testTrack2(testCard('visa-chip-no-pin')), 'smart-card');
  if (!card) throw new Error('the card does not read');
  const list = Uint8Array.from(Buffer.from(`${'00'.repeat(8)}${rules}`, 'hex'));
  const data = { applicationId: '', applicationLabel: '', field55: new Sensitive(''), cvmList: parseCvmList(list) };
  return { ...card, entryMode: 'contact', chip: data as unknown as ChipCardRead['chip'] };
}

describe('the PIN that a chip asks for', () => {
  it.each([
    ['always online', '0200', true],
    ['online if supported, else none', '42031f00', true],
    ['none first', '1f000200', false],
    ['signature first', '1e030200', false],
    ['an offline PIN that is not offered here, then online', '41030203', true],
    ['an offline PIN alone, which fails', '01000200', false],
    ['none under a limit that may not hold, then online', '1f060200', true],
    ['online above a limit, else none', '02071f00', true],
    ['for cash only', '02011f00', false],
    ['an unknown method, then online', '60000200', true],
  ])('%s', (_what, rules, wanted) => {
    expect(pinRequired(aChip(rules))).toBe(wanted);
  });

  it('comes also from the service code, whatever the chip says', () => {
    const track2 = cardRead(testTrack2(testCard('unionpay-pin')), 'smart-card')?.track2;
    expect(track2 && pinRequired({ ...aChip('1f00'), track2 })).toBe(true);
  });
});

describe('an answer of the platform', () => {
  it('teaches the check that it wants', () => {
    expect(checkOfReason('RISK.BIOMETRIC_REQUIRED')).toBe('biometric');
    expect(checkOfReason('RISK.PIN_REQUIRED')).toBe('pin');
    expect(checkOfReason('RISK.PIN_WRONG')).toBeUndefined();
  });
});
