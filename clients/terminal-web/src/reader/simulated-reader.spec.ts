import { describe, expect, it } from '@jest/globals';
import { seededRandom } from './random.js';
import { randomTrack2 } from './audio/swipe-corpus.js';
import { indicationSignal } from './indication-signal.js';
import { ManualClock } from './reader-clock.js';
import { CONNECT_LIMIT_MS } from './reader-core.js';
import type { ReaderEvents } from './reader-driver.js';
import { SCENARIOS } from './scenarios.js';
import { SimulatedReader } from './simulated-reader.js';

const TRACK2 = randomTrack2(seededRandom(1));
const SIGNAL = indicationSignal('ab'.repeat(32), { amountMinor: '1250', currency: 'CNY' });

function aReader() {
  const clock = new ManualClock();
  const reader = new SimulatedReader({ clock, cardOf: () => TRACK2 });
  const log: string[] = [];
  const cards: ReaderEvents['card'][] = [];
  reader.on('state', (state) => log.push(state));
  reader.on('fault', ({ code }) => log.push(code));
  reader.on('cue', ({ kind }) => log.push(`cue ${kind}`));
  reader.on('card', (card) => {
    log.push('card');
    cards.push(card);
  });
  return { clock, reader, log, cards };
}

async function afterPlaying(name: keyof typeof SCENARIOS) {
  const all = aReader();
  await all.reader.connect();
  await all.reader.arm(SIGNAL);
  const over = all.reader.play(SCENARIOS[name]);
  await all.clock.advance(10_000);
  await over;
  return all;
}

describe('SimulatedReader', () => {
  it.each(['good-swipe', 'slow-swipe', 'reversed-swipe', 'noisy-swipe'] as const)(
    'reads the card of %s',
    async (name) => {
      const { cards, log } = await afterPlaying(name);
      expect(cards.map((card) => card.track2.reveal('compare'))).toEqual([TRACK2]);
      expect(cards[0]).toMatchObject({ entryMode: 'magstripe', readerKind: 'simulated', readerProtected: false });
      expect(log).toEqual([
        'connecting',
        'ready',
        'armed',
        'cue ready',
        'reading',
        'cue reading',
        'ready',
        'cue read',
        'card',
      ]);
    },
  );

  it.each([
    ['fast-swipe', 'READER.SWIPE_TOO_FAST'],
    ['early-removal', 'READER.SWIPE_INCOMPLETE'],
  ] as const)('stays armed after the bad swipe of %s and reads the next', async (name, code) => {
    const { log } = await afterPlaying(name);
    expect(log.slice(4)).toEqual([
      'reading',
      'cue reading',
      'armed',
      code,
      'cue error',
      'reading',
      'cue reading',
      'ready',
      'cue read',
      'card',
    ]);
  });

  it('never reads a damaged stripe', async () => {
    const { cards, reader, log } = await afterPlaying('damaged-stripe');
    expect(cards).toEqual([]);
    expect(reader.state).toBe('armed');
    expect(log.filter((entry) => entry.startsWith('READER.'))).toEqual(['READER.SWIPE_INCOMPLETE', 'READER.LRC_BAD']);
  });

  it('is armed again when it comes back from an unplugged cable', async () => {
    const { log } = await afterPlaying('unplug-mid-swipe');
    expect(log.slice(4)).toEqual([
      ...['reading', 'cue reading', 'faulted', 'READER.UNPLUGGED', 'cue error', 'armed', 'cue ready'],
      ...['reading', 'cue reading', 'ready', 'cue read', 'card'],
    ]);
  });

  it('does not read a card without an indication signal and says so', async () => {
    const { clock, reader, log, cards } = aReader();
    await reader.connect();
    const over = reader.play(SCENARIOS['unasked-swipe']);
    await clock.advance(1_000);
    expect(log).toEqual(['connecting', 'ready', 'READER.NOT_ARMED', 'cue error']);
    expect(cards).toEqual([]);
    await reader.arm(SIGNAL);
    await clock.advance(1_000);
    await over;
    expect(cards).toHaveLength(1);
  });

  it('does not read a card that was already passing when the order was confirmed', async () => {
    const { clock, reader, log, cards } = aReader();
    await reader.connect();
    const over = reader.swipe(TRACK2);
    await clock.advance(50);
    await reader.arm(SIGNAL);
    await clock.advance(1_000);
    await over;
    expect(cards).toEqual([]);
    expect(log).toContain('READER.NOT_ARMED');
    expect(reader.state).toBe('armed');
  });

  it('needs a new signal after each card', async () => {
    const { clock, reader, log } = await afterPlaying('good-swipe');
    void reader.swipe(TRACK2);
    await clock.advance(1_000);
    expect(log.slice(-2)).toEqual(['READER.NOT_ARMED', 'cue error']);
  });

  it('drops the swipe under way when it is disarmed', async () => {
    const { clock, reader, cards } = aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    void reader.swipe(TRACK2);
    await clock.advance(50);
    await reader.disarm();
    await clock.advance(1_000);
    expect(cards).toEqual([]);
    expect(reader.state).toBe('ready');
  });

  it('gives up a dead reader after five seconds with a reason', async () => {
    const { clock, reader, log } = aReader();
    reader.unplug();
    const connecting = expect(reader.connect()).rejects.toMatchObject({ code: 'READER.CONNECT_TIMEOUT' });
    await clock.advance(CONNECT_LIMIT_MS);
    await connecting;
    expect(log).toEqual(['connecting', 'disconnected', 'READER.CONNECT_TIMEOUT']);
  });

  it('stops connecting when it is canceled, by signal or by disconnect', async () => {
    const { reader, log } = aReader();
    reader.unplug();
    const cancel = new AbortController();
    const first = expect(reader.connect(cancel.signal)).rejects.toMatchObject({ code: 'READER.CONNECT_CANCELED' });
    cancel.abort();
    await first;
    const second = expect(reader.connect()).rejects.toMatchObject({ code: 'READER.CONNECT_CANCELED' });
    await reader.disconnect();
    await second;
    expect(log).toEqual(['connecting', 'disconnected', 'connecting', 'disconnected']);
    reader.replug();
    await reader.connect();
    expect(reader.state).toBe('ready');
  });

  it('refuses to be armed when it is not connected', async () => {
    await expect(aReader().reader.arm(SIGNAL)).rejects.toMatchObject({ code: 'READER.NOT_CONNECTED' });
  });

  it('shows the amount of the order on its face while it waits for the card', async () => {
    const { clock, reader } = aReader();
    expect(reader.face.text).toBe('off');
    await reader.connect();
    expect(reader.face.text).toBe('confirm-first');
    await reader.arm(SIGNAL);
    const waiting = { text: 'swipe', amount: '12.50', currency: 'CNY', lights: { green: 'blink', red: 'off' } };
    expect(reader.face).toMatchObject(waiting);
    void reader.swipe(TRACK2, { stopAt: 0.5 });
    expect(reader.face).toMatchObject({ text: 'reading', lights: { amber: 'steady' } });
    await clock.advance(500);
    expect(reader.face).toMatchObject({ text: 'swipe-again', lights: { red: 'double-blink' } });
    await clock.advance(2_000);
    expect(reader.face).toMatchObject(waiting);
    reader.unplug();
    expect(reader.face).toMatchObject({ text: 'unplugged', lights: { green: 'off', amber: 'off', red: 'off' } });
  });

  it('takes the PIN of its scenario, on a reader that has a pad only', async () => {
    const { reader, clock, cards } = aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    expect(reader.abilities.pinPad).toBe(false);
    const over = reader.play(SCENARIOS['pin-on-reader']);
    await clock.advance(10_000);
    const [card] = cards;
    if (!card) throw new Error('no card was read');
    expect(reader.abilities.pinPad).toBe(true);
    const pin = await reader.requestPin(card, new AbortController().signal);
    await over;
    expect(pin.pinKsn).toMatch(/^4f535034[0-9a-f]{8}00000001$/);
    reader.hasPinPad = false;
    const refused = reader.requestPin(card, new AbortController().signal);
    await expect(refused).rejects.toMatchObject({ code: 'READER.PIN_PAD_MISSING' });
  });
});
