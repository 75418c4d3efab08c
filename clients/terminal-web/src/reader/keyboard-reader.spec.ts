import { describe, expect, it } from '@jest/globals';
import { randomTrack2 } from './audio/swipe-corpus.js';
import { FakeKeyboard, type Press } from './fake-keyboard.js';
import { indicationSignal } from './indication-signal.js';
import { KeyboardReader } from './keyboard-reader.js';
import { seededRandom } from './random.js';
import { ManualClock } from './reader-clock.js';

const TRACK2 = randomTrack2(seededRandom(2));
const PAN = TRACK2.slice(1).split('=')[0] ?? '';
const TRACK1 = `%B${PAN}^CARD/TEST^3112220?`;
const SIGNAL = indicationSignal('cd'.repeat(32), { amountMinor: '990', currency: 'EUR' });

async function aPage({ armed = true } = {}) {
  const clock = new ManualClock();
  const target = new EventTarget();
  const givenBack: string[] = [];
  const reader = new KeyboardReader({ target, clock, giveBack: (text) => givenBack.push(text) });
  const log: string[] = [];
  reader.on('fault', ({ code }) => log.push(code));
  reader.on('card', (card) => log.push(`card ${card.track2.reveal('compare')}`));
  await reader.connect();
  if (armed) await reader.arm(SIGNAL);
  let reached = '';
  target.addEventListener('keydown', (event) => {
    reached += (event as unknown as { key: string }).key;
  });
  const keyboard = new FakeKeyboard(target, clock);
  const press = (key: Press): Event => keyboard.press(key);
  const type: FakeKeyboard['type'] = (...keys) => keyboard.type(...keys);
  return { clock, reader, log, givenBack, press, type, reached: () => reached };
}

describe('KeyboardReader', () => {
  it.each([
    ['track 2', `${TRACK2}\n`],
    ['tracks 1 and 2', `${TRACK1}${TRACK2}\n`],
    ['tracks 1, 2 and 3', `${TRACK1}${TRACK2}+0159=0000?\n`],
    ['an unreadable track 1', `%E?${TRACK2}\n`],
  ])('reads the card from %s and lets no key reach the page', async (_, keys) => {
    const { log, type, reached } = await aPage();
    await type(keys);
    expect(log).toEqual([`card ${TRACK2}`]);
    expect(reached()).toBe('');
  });

  it('reads a swipe that ends without Enter after a pause', async () => {
    const { clock, log, type } = await aPage();
    await type(TRACK2);
    expect(log).toEqual([]);
    await clock.advance(300);
    expect(log).toEqual([`card ${TRACK2}`]);
  });

  it('reads by the place of the keys, whatever the layout of the host writes', async () => {
    const { log, type, reached } = await aPage();
    const azerty: Record<string, string> = { ';': 'm', '1': '&', '2': 'é', '?': '§' };
    await type(`${TRACK2}\n`, 4, (character) => azerty[character] ?? character);
    expect(log).toEqual([`card ${TRACK2}`]);
    expect(reached()).toBe('');
  });

  it('reads digits from the number pad', async () => {
    const { clock, log, press } = await aPage();
    for (const key of TRACK2) {
      if (/\d/.test(key)) press({ code: `Numpad${key}`, key });
      else press({ key, code: FakeKeyboard.keyOf(key).code, shiftKey: FakeKeyboard.keyOf(key).shift });
      await clock.advance(1);
    }
    press({ code: 'NumpadEnter', key: 'Enter' });
    expect(log).toEqual([`card ${TRACK2}`]);
  });

  it('swallows a swipe that nobody asked for and says that the order comes first', async () => {
    const { log, type, reached, givenBack } = await aPage({ armed: false });
    await type(`${TRACK1}${TRACK2}\n`);
    expect(log).toEqual(['READER.NOT_ARMED']);
    expect(reached() + givenBack.join('')).toBe('');
  });

  it.each([
    ['READER.TRACK2_UNREADABLE', `${TRACK1};E?\n`],
    ['READER.NO_TRACK2', `${TRACK1}\n`],
    ['READER.SWIPE_INCOMPLETE', TRACK2.slice(0, 20)],
    ['READER.TRACK2_INVALID', ';1234567890123=3112220?\n'],
  ])('tells %s, stays armed and reads the next swipe', async (code, keys) => {
    const { clock, reader, log, type, reached } = await aPage();
    await type(keys);
    await clock.advance(1_000);
    expect(log).toEqual([code]);
    expect(reader.state).toBe('armed');
    await type(`${TRACK2}\n`);
    expect(log).toEqual([code, `card ${TRACK2}`]);
    expect(reached()).toBe('');
  });

  it.each([true, false])('lets a person type (armed: %s)', async (armed) => {
    const { log, type, reached, givenBack } = await aPage({ armed });
    await type('order 12 to ann\n', 120);
    expect(reached()).toBe('order 12 to annEnter');
    expect([...log, ...givenBack]).toEqual([]);
  });

  it('gives back a sentinel at once when a person goes on typing', async () => {
    const { type, reached, givenBack } = await aPage({ armed: false });
    await type('%Bananas', 100);
    expect(givenBack).toEqual(['%B']);
    expect(reached()).toBe('ananas');
  });

  it('gives back a lone sentinel after the gap, as the host writes it', async () => {
    const { clock, type, reached, givenBack } = await aPage();
    await type(';', 0, () => 'm');
    expect(givenBack).toEqual([]);
    await clock.advance(300);
    expect(givenBack).toEqual(['m']);
    expect(reached()).toBe('');
  });

  it('leaves shortcuts alone', async () => {
    const { press, reached } = await aPage();
    expect(press({ code: 'Semicolon', key: ';', ctrlKey: true }).defaultPrevented).toBe(false);
    expect(reached()).toBe(';');
  });

  it('hears nothing after disconnect', async () => {
    const { reader, log, type, reached } = await aPage();
    await reader.disconnect();
    await type(`${TRACK2}\n`);
    expect(log).toEqual([]);
    expect(reached()).toContain(PAN);
  });
});
