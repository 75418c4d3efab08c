import { toHex, type Bytes } from '@openswipe/card';
import { FakeHid } from '../hid/fake-hid.js';
import { HidReaders } from '../hid/hid-readers.js';
import { WebHidPort } from '../hid/webhid-port.js';
import { ManualClock } from '../reader-clock.js';
import { Draw, panOf } from './draw.js';
import { HID_LAYOUTS, type HidLayout } from './hid-layouts.js';
import { listen, sealedText, SIGNAL } from './listen.js';
import type { Trial } from './tally.js';

interface Input {
  readonly message: Bytes;
  readonly put?: string;
}

/** TDES blocks for every layout: a track 2 and some zeros. */
const CIPHERTEXT_BYTES = 32;

const GROUPS: Readonly<Record<string, (layout: HidLayout, draw: Draw) => Input | undefined>> = {
  'in clear': (layout, draw) => {
    const track2 = draw.track2();
    return { message: layout.clear(track2), put: panOf(track2) };
  },
  encrypted: sealedInput,
  'random bytes': (_layout, draw) => ({ message: draw.bytes(draw.whole(0, 800)) }),
  'noise in the layout': (layout, draw) => ({ message: layout.noise((length) => draw.bytes(length)) }),
  truncated: (layout, draw) => {
    const message = sealedInput(layout, draw)?.message ?? layout.clear(draw.track2());
    return { message: message.slice(0, draw.whole(0, message.length - layout.unused)) };
  },
  'bit flipped in the PAN': (layout, draw) => {
    const track2 = draw.track2();
    const message = layout.clear(track2);
    const [from, length] = layout.pan(message, panOf(track2).length);
    return { message: draw.flipped(message, from, from + length) };
  },
  'bit flipped, encrypted': (layout, draw) => {
    const message = sealedInput(layout, draw)?.message;
    return message && layout.checked && { message: draw.flipped(message, ...layout.checked(message)) };
  },
};

function sealedInput({ sealed }: HidLayout, draw: Draw): Input | undefined {
  if (sealed === undefined) return undefined;
  const card = { ksn: toHex(draw.bytes(10)), ciphertext: draw.bytes(CIPHERTEXT_BYTES) };
  return { message: sealed(card), put: sealedText(card.ksn, toHex(card.ciphertext)) };
}

/** Every reader on WebHID, from the device's report to the card on the port. */
export async function* hidTrials(each: number, seed: number): AsyncGenerator<Trial> {
  const draw = new Draw(seed);
  for (const layout of HID_LAYOUTS) {
    for (const [group, inputOf] of Object.entries(GROUPS)) {
      for (let index = 0; index < each; index++) {
        const input = inputOf(layout, draw);
        if (input === undefined) break;
        yield { driver: layout.driver, group, put: input.put, reported: await sent(layout, input.message) };
      }
    }
  }
}

async function sent({ device: make, sender }: HidLayout, message: Bytes): Promise<readonly string[]> {
  const [hid, clock, device] = [new FakeHid(), new ManualClock(), make()];
  hid.plug(device);
  const send = sender(device, clock);
  const [reader] = await new HidReaders({ port: new WebHidPort(hid), clock }).remembered();
  if (reader === undefined) throw new RangeError('No family takes this device');
  const reported = listen(reader);
  await reader.connect();
  const arming = reader.arm(SIGNAL);
  await clock.advance(200);
  await arming;
  send(message);
  await clock.advance(1_000);
  const gone = reader.disconnect();
  await clock.advance(10_000);
  await gone;
  return reported;
}
