import { TestChip } from '@openswipe/card/emv/test-chip';
import { FakeBridge } from '../fake-bridge.js';
import { PcscBridgeReader } from '../pcsc-bridge-reader.js';
import { ManualClock } from '../reader-clock.js';
import { cardOfTrack } from '../simulated-chips.js';
import { Draw, panOf } from './draw.js';
import { listen, SIGNAL } from './listen.js';
import type { Trial } from './tally.js';

/** A payment takes about ten commands; from the fifth on the application is chosen. */
const COMMANDS = 10;
const CHOSEN = 5;

interface Input {
  readonly bridge: FakeBridge;
  readonly put?: string;
}

/** What a bridge may pass on, and what a card, a broken line or a hostile program may make of it. */
const GROUPS: Readonly<Record<string, (draw: Draw) => Input>> = {
  clean: (draw) => whole(draw),
  'clean, T=0': (draw) => whole(draw, { byteProtocol: true }),
  'clean, answers of format 1': (draw) => whole(draw, { format: 1, directory: false }),
  'card taken out': (draw) => {
    const { bridge } = whole(draw);
    const at = draw.whole(1, COMMANDS - 2);
    bridge.beforeCommand = (count) => count === at && bridge.remove();
    return { bridge };
  },
  'card exchanged in between': (draw) => {
    const { bridge } = whole(draw);
    const [at, other] = [draw.whole(CHOSEN, COMMANDS - 2), chipOf(draw.track2())];
    bridge.beforeCommand = (count) => {
      if (count === at) bridge.chip = other;
    };
    return { bridge };
  },
  'bit turned over': (draw) => {
    const input = whole(draw);
    const at = draw.whole(1, COMMANDS);
    input.bridge.onTheWay = (response, count) => {
      const bytes = Uint8Array.from(Buffer.from(response, 'hex'));
      return count === at ? Buffer.from(draw.flipped(bytes, 0, bytes.length)).toString('hex') : response;
    };
    return input;
  },
  'answer cut short': (draw) => spoiled(draw, (response) => response.slice(0, draw.whole(0, response.length))),
  'frame that is no answer': (draw) => {
    const frames: unknown[] = [null, 7, {}, [], 'zz', ';4111111111111111=3112?', 'f'.repeat(4_000), '9000'];
    return spoiled(draw, () => frames[draw.whole(0, frames.length)]);
  },
};

const chipOf = (track2: string, options = {}): TestChip => new TestChip(cardOfTrack(track2), options);

function whole(draw: Draw, options = {}): { readonly bridge: FakeBridge; readonly put: string } {
  const [track2, bridge] = [draw.track2(), new FakeBridge()];
  bridge.chip = chipOf(track2, options);
  return { bridge, put: panOf(track2) };
}

/** From one command on, every answer; such a payment has no card. */
function spoiled(draw: Draw, spoil: (response: string) => unknown): Input {
  const { bridge } = whole(draw);
  const from = draw.whole(1, CHOSEN);
  bridge.onTheWay = (response, count) => (count >= from ? spoil(response) : response);
  return { bridge };
}

/** The chip card reader behind a bridge that a test scripts. */
export async function* chipTrials(each: number, seed: number): AsyncGenerator<Trial> {
  const draw = new Draw(seed);
  for (const [group, inputOf] of Object.entries(GROUPS)) {
    for (let index = 0; index < each; index++) {
      const { bridge, put } = inputOf(draw);
      yield { driver: 'chip card bridge', group, put, reported: await paid(bridge) };
    }
  }
}

async function paid(bridge: FakeBridge): Promise<readonly string[]> {
  const clock = new ManualClock();
  const reader = new PcscBridgeReader({ clock, openSocket: bridge.openSocket });
  reader.usePairingCode('12345678');
  const reported = listen(reader);
  await reader.connect();
  await reader.arm(SIGNAL);
  for (let turn = 0; turn < 60; turn++) await clock.advance(10);
  await reader.disconnect();
  return reported;
}
