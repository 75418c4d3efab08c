import { encodeTlv, fromHex, toHex, type Bytes } from '@openswipe/card';
import { framed } from './fake-idtech.js';
import type { FakeHidDevice } from './fake-hid.js';
import { Neo2Assembler, neo2Command, neo2Reports, parseNeo2 } from './neo2-frame.js';

const hex = (text: string): Bytes => fromHex(text, text.length / 2, 'FAKE.HEX', 'The fixture');

/** Data of a successful transaction, for tests: attribution, then tags; the stripe is whole in DFEE23. */
export const neo2Swipe = (card: Bytes): Bytes =>
  Uint8Array.from([
    0x88,
    ...encodeTlv('9f39', hex('90')),
    ...encodeTlv('dfee23', framed(card)),
    ...encodeTlv('dfee26', hex('8800')),
  ]);

/** A response: the status stands where a command has its sub-command. */
export const neo2Response = (command: number, status: number, data: Bytes = new Uint8Array(0)): Bytes =>
  neo2Command(command, status, data, 'high-first');

/** Lets a device answer as the guide says. Returns what it was told, and the call that sends a frame of its own. */
export function answerAsNeo2(device: FakeHidDevice, { noLights = false, silent = false } = {}) {
  const fromHost = new Neo2Assembler();
  const commands: string[] = [];
  const send = (frame: Bytes): void => {
    for (const { id, bytes } of neo2Reports(frame)) device.report(bytes, id);
  };
  device.onOutput = (id, bytes) => {
    const frame = fromHost.add(id, bytes);
    if (frame === undefined) return;
    const { command, status, data } = parseNeo2(frame, 'low-first');
    commands.push(toHex(Uint8Array.of(command, status, ...data)));
    const isSignal = command === 0x0a || command === 0x0b;
    if (silent || command === 0x02) return;
    void Promise.resolve().then(() => {
      send(neo2Response(command, noLights && isSignal ? 3 : 0));
    });
  };
  return { commands, send };
}
