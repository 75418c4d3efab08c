import { describe, expect, it } from '@jest/globals';
import { encryptedKeys } from './fake-keyboard-fields.js';
import { FakeKeyboard } from './fake-keyboard.js';
import { indicationSignal } from './indication-signal.js';
import { KeyboardReader } from './keyboard-reader.js';
import { parseKeyboard } from './keyboard-tracks.js';
import type { PresentedCard } from './presented-card.js';
import { ManualClock } from './reader-clock.js';

const TRACK = { ksn: 'ffff9876543210e00008', sessionId: '21685f158b5c6be0' };
const CIPHERTEXT = 'c25c1d1197d31caa'.repeat(5);
const WHOLE = encryptedKeys(TRACK, CIPHERTEXT);

const codeOf = (text: string) => {
  const swipe = parseKeyboard(text);
  return swipe.outcome === 'failed' ? swipe.code : swipe.outcome;
};

describe('the encrypted form of a reader that types', () => {
  it('gives KSN, ciphertext and session id unread, and shows what the mask shows', async () => {
    const [target, clock] = [new EventTarget(), new ManualClock()];
    const reader = new KeyboardReader({ target, clock });
    const cards: PresentedCard[] = [];
    reader.on('protectedCard', (card) => cards.push(card));
    reader.on('card', (card) => cards.push(card));
    await reader.connect();
    await reader.arm(indicationSignal('ab'.repeat(32), { amountMinor: '1250', currency: 'CNY' }));
    await new FakeKeyboard(target, clock).type(`${WHOLE}\n`);
    await clock.advance(1_000);
    expect(cards).toMatchObject([
      { masked: '6225 •••• •••• 0001', readerKind: 'keyboard', protectedTrack: { ...TRACK, suite: 'mt1' } },
    ]);
    const [card] = cards;
    expect(card && 'protectedTrack' in card && card.protectedTrack.ciphertext.reveal('test')).toBe(CIPHERTEXT);
  });

  it('is refused as a whole where a field is missing or is none', () => {
    expect(codeOf(WHOLE)).toBe('protected');
    const broken = [
      WHOLE.slice(0, WHOLE.indexOf('|') + 1),
      WHOLE.replace(TRACK.ksn.toUpperCase(), '0'.repeat(20)),
      WHOLE.replace(TRACK.ksn.toUpperCase(), TRACK.ksn.toUpperCase().slice(1)),
      WHOLE.replace(CIPHERTEXT.toUpperCase(), CIPHERTEXT.toUpperCase().slice(2)),
      WHOLE.replace(TRACK.sessionId.toUpperCase(), 'Z'.repeat(16)),
      WHOLE.replace('00000600', ''),
      `${WHOLE}${'|00'.repeat(9)}`,
      WHOLE.slice(WHOLE.indexOf('|')),
    ];
    for (const text of broken) expect([text, codeOf(text)]).toEqual([text, 'READER.REPORT_INVALID']);
    expect(codeOf(WHOLE.replace(CIPHERTEXT.toUpperCase(), ''))).toBe('READER.NO_TRACK2');
    expect(codeOf(`;E?${WHOLE.slice(WHOLE.indexOf('|'))}`)).toBe('READER.TRACK2_UNREADABLE');
  });

  it('leaves the plain form as it was', () => {
    expect(codeOf(';4111111111111111=31121010000000000?')).toBe('clear');
    expect(codeOf('%B4111111111111111^A/B^3112?')).toBe('READER.NO_TRACK2');
    expect(codeOf(';4111111111111111=3112')).toBe('READER.SWIPE_INCOMPLETE');
  });
});
