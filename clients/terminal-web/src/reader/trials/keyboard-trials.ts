import { toHex } from '@openswipe/card';
import { encryptedKeys } from '../fake-keyboard-fields.js';
import { FakeKeyboard } from '../fake-keyboard.js';
import { KeyboardReader } from '../keyboard-reader.js';
import { ManualClock } from '../reader-clock.js';
import { Draw, panOf } from './draw.js';
import { listen, sealedText, SIGNAL } from './listen.js';
import type { Trial } from './tally.js';

/** What a reader that types may send, and what it may not. */
const RANDOM_KEYS = ';0123456789=?%/ABEZ|\n';

const track1Of = (track2: string): string => `%B${panOf(track2)}^CARD/TEST^3112220?`;

/** Keys of each group and the PAN in them. */
const GROUPS: Readonly<Record<string, (draw: Draw) => { readonly keys: string; readonly put?: string }>> = {
  'track 2': (draw) => whole(draw, (track2) => track2),
  'tracks 1 and 2': (draw) => whole(draw, (track2) => `${track1Of(track2)}${track2}`),
  'tracks 1, 2 and 3': (draw) => whole(draw, (track2) => `${track1Of(track2)}${track2}+0159=0000?`),
  'track 1 unreadable': (draw) => whole(draw, (track2) => `%E?${track2}`),
  encrypted: (draw) => {
    const { ksn, ciphertext } = drawn(draw);
    return { keys: `${encryptedKeys({ ksn }, ciphertext)}\n`, put: sealedText(ksn, ciphertext) };
  },
  'cut while encrypted': (draw) => {
    const { ksn, ciphertext } = drawn(draw);
    const keys = encryptedKeys({ ksn }, ciphertext);
    // Behind the KSN nothing is missed.
    return { keys: keys.slice(0, draw.whole(40, keys.indexOf(ksn.toUpperCase()) + ksn.length)) };
  },
  'ciphertext not hexadecimal': (draw) => {
    const { ksn, ciphertext } = drawn(draw);
    const at = draw.whole(0, ciphertext.length);
    return { keys: `${encryptedKeys({ ksn }, `${ciphertext.slice(0, at)}Z${ciphertext.slice(at + 1)}`)}\n` };
  },
  'masked tracks alone': () => ({ keys: ';6225000000000001=3112000000000000?|\n' }),
  'random keys': (draw) => ({
    keys: `;${Array.from({ length: draw.whole(1, 80) }, () => RANDOM_KEYS[draw.whole(0, RANDOM_KEYS.length)]).join('')}`,
  }),
  truncated: (draw) => {
    const track2 = draw.track2();
    return { keys: track2.slice(0, draw.whole(1, track2.length)) };
  },
  'digit changed': (draw) => ({ keys: draw.track2Changed() }),
};

const drawn = (draw: Draw) => ({ ksn: toHex(draw.bytes(10)), ciphertext: toHex(draw.bytes(40)) });

function whole(draw: Draw, keysOf: (track2: string) => string): { readonly keys: string; readonly put: string } {
  const track2 = draw.track2();
  return { keys: `${keysOf(track2)}\n`, put: panOf(track2) };
}

export async function* keyboardTrials(each: number, seed: number): AsyncGenerator<Trial> {
  const draw = new Draw(seed);
  for (const [group, inputOf] of Object.entries(GROUPS)) {
    for (let index = 0; index < each; index++) {
      const { keys, put } = inputOf(draw);
      yield { driver: 'keyboard emulation', group, put, reported: await typed(keys) };
    }
  }
}

async function typed(keys: string): Promise<readonly string[]> {
  const [target, clock] = [new EventTarget(), new ManualClock()];
  const reader = new KeyboardReader({ target, clock, giveBack: () => undefined });
  const reported = listen(reader);
  await reader.connect();
  await reader.arm(SIGNAL);
  await new FakeKeyboard(target, clock).type(keys);
  await clock.advance(1_000);
  await reader.disconnect();
  return reported;
}
