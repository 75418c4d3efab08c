import { encodeTlv, fromHex, toHex, type Bytes } from '@openswipe/card';
import type { ReaderClock } from '../reader-clock.js';
import type { FakeHidDevice } from './fake-hid.js';
import { MmsAssembler, mmsPackets } from './mms-packet.js';

export const hex = (text: string): Bytes => {
  const digits = text.replace(/\s/g, '');
  return fromHex(digits, digits.length / 2, 'FAKE.HEX', 'The fixture');
};

export const join = (...parts: readonly Bytes[]): Bytes => Uint8Array.from(parts.flatMap((part) => [...part]));

export const MASKED = ';6225000000000001=3112000000000000?';

/** A message of an MMS reader, for tests: response (0x82) or notification (0x83). */
export const message = (type: number, reference: number, id: string, status: string, payload?: Bytes): Bytes =>
  join(
    hex('aa00'),
    encodeTlv('81', join(Uint8Array.of(type, reference), hex(id))),
    encodeTlv('82', hex(status)),
    payload === undefined ? new Uint8Array(0) : encodeTlv('84', join(hex(id), payload)),
  );

/** Card message of D100005000 table 18, in a notification 0101 of table 298. */
export function cardPayload({
  ciphertext = 'ab'.repeat(328),
  type = '80',
  ksn = '9010010b4db81700 0003',
  masked = 'dfdf33',
  pin = new Uint8Array(0) as Bytes,
} = {}) {
  const secret = join(
    encodeTlv('dfdf59', hex(ciphertext)),
    encodeTlv('dfdf56', hex(ksn)),
    encodeTlv('dfdf57', hex(type)),
    encodeTlv('dfdf58', hex('05')),
  );
  const arqc = join(
    encodeTlv('dfdf53', hex('00')),
    encodeTlv(masked, Uint8Array.from(new TextEncoder().encode(MASKED))),
    encodeTlv('dfdf52', hex('01')),
    encodeTlv('f8', secret),
    pin,
  );
  return wrapped(encodeTlv('fa', encodeTlv('70', arqc)));
}

/** Container F5 of tables 18 and 315. */
export const pinContainer = ({ format = '00', block = 'ab'.repeat(8), ksn = '9010010b4db817000005' } = {}): Bytes =>
  encodeTlv(
    'f5',
    join(
      encodeTlv('df71', hex(format)),
      encodeTlv('99', hex(block)),
      encodeTlv('dfdf41', hex(ksn)),
      encodeTlv('dfdf42', hex('80')),
    ),
  );

/** Tag 84 around length, container F9, padding and MAC. */
export function wrapped(inside: Bytes): Bytes {
  const container = encodeTlv('f9', join(encodeTlv('dfdf54', new Uint8Array(10)), inside));
  const length = Uint8Array.of(container.length >> 8, container.length & 0xff);
  return encodeTlv('84', join(length, container, hex('0000 00000000')));
}

/** Commands that start something and are over later. */
const STARTED: readonly string[] = ['1001', '1805', '2001', '2002'];

/** Lets a device answer as the manual's tables say. Returns what it was told, and the calls that send of its own. */
export function answerAsMms(
  device: Pick<FakeHidDevice, 'onOutput' | 'report'>,
  clock: ReaderClock,
  { statuses = {} as Record<string, string>, silent = false } = {},
) {
  const fromHost = new MmsAssembler();
  const commands: string[] = [];
  const requests: string[] = [];
  const send = (given: Bytes): void => {
    for (const packet of mmsPackets(given)) device.report(packet);
  };
  const notify = (id: string, detail: string, payload?: Bytes): void => {
    send(message(0x83, 0, id, detail, payload));
  };
  device.onOutput = (_reportId, bytes) => {
    const request = fromHost.add(bytes);
    if (request === undefined) return;
    const id = toHex(request.slice(6, 8));
    commands.push(id);
    requests.push(toHex(request));
    if (silent) return;
    const status = statuses[id] ?? (STARTED.includes(id) ? '01000000' : '00000000');
    void Promise.resolve().then(() => {
      send(message(0x82, request[5] ?? 0, id, status));
    });
    if (id === '1805' && status.startsWith('01')) {
      clock.after(100, () => {
        notify('1805', '00000000');
      });
    }
  };
  return { commands, requests, send, notify };
}
