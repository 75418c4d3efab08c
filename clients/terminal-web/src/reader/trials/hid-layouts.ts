import { encodeTlv, fromHex, toHex, type Bytes } from '@openswipe/card';
import { FakeHidDevice } from '../hid/fake-hid.js';
import { cardData, framed, structure } from '../hid/fake-idtech.js';
import { aReport, collections } from '../hid/fake-magnesafe.js';
import { answerAsMms, cardPayload, wrapped } from '../hid/fake-mms.js';
import { answerAsNeo2, neo2Response, neo2Swipe } from '../hid/fake-neo2.js';
import { sureSwipe } from '../hid/fake-sureswipe.js';
import type { ReaderClock } from '../reader-clock.js';

/** A card as a reader encrypts it. */
export interface SealedCard {
  readonly ksn: string;
  readonly ciphertext: Bytes;
}

/** How one reader sends a card, by its published layout. */
export interface HidLayout {
  readonly driver: string;
  readonly device: () => FakeHidDevice;
  /** Lets the device answer commands; the returned call sends a message as the device does. */
  readonly sender: (device: FakeHidDevice, clock: ReaderClock) => (message: Bytes) => void;
  readonly clear: (track2: string) => Bytes;
  readonly sealed?: (card: SealedCard) => Bytes;
  /** Noise of the right size, in the form that a card in clear has: what the layout cannot tell, the track must. */
  readonly noise: (bytes: (length: number) => Bytes) => Bytes;
  /** Where the PAN stands in a message in clear: its first byte and the number of bytes for so many digits. */
  readonly pan: (message: Bytes, digits: number) => readonly [number, number];
  /** The part of a sealed message in which every bit is under a check of the layout, if it has one. */
  readonly checked?: (message: Bytes) => readonly [number, number];
  /** What a cut must take away at least, counted from the end: the rest of a report may be unused. */
  readonly unused: number;
}

const MASKED = ';6225********0001=3112***?*';
const text = (characters: string): Bytes => Uint8Array.from(new TextEncoder().encode(characters));
const reports = (device: FakeHidDevice) => (message: Bytes) => {
  device.report(message);
};

/** Tag 57: track 2 in half bytes, `D` for the separator. */
function tag57(track2: string): Bytes {
  const digits = track2.slice(1, -1).replace('=', 'd');
  const padded = digits.length % 2 === 0 ? digits : `${digits}f`;
  return encodeTlv('57', fromHex(padded, padded.length / 2, 'FAKE.HEX', 'The track'));
}

const stripe = ({ ksn, ciphertext }: SealedCard): Bytes =>
  cardData({ cipher: 'tdes', masked: MASKED, length2: MASKED.length, ksn, ciphertext });

const SURE_SWIPE = {
  sender: reports,
  clear: (track2: string) => sureSwipe(track2),
  noise: (bytes: (length: number) => Bytes) => bytes(337),
  pan: (_message: Bytes, digits: number) => [118, digits] as const,
  unused: 0,
};

/** Behind the first byte of tag 57's value, which begins with the PAN. */
const panOf57 = (message: Bytes, digits: number): readonly [number, number] => {
  const at = toHex(message).indexOf('622588');
  return [at / 2, Math.floor(digits / 2)];
};

export const HID_LAYOUTS: readonly HidLayout[] = [
  { driver: 'MagTek SureSwipe', device: () => new FakeHidDevice(0x0801, 0x0002), ...SURE_SWIPE },
  {
    driver: 'MagTek MagneSafe V5',
    device: () => new FakeHidDevice(0x0801, 0x0011, collections()),
    sender: reports,
    clear: (track2) => aReport({ 4: [track2.length], 119: text(track2), 493: [0, 0] }),
    sealed: ({ ksn, ciphertext }) =>
      aReport({ 4: [ciphertext.length], 119: ciphertext, 495: fromHex(ksn, 10, 'FAKE.HEX', 'KSN') }),
    noise: (bytes) => {
      const report = bytes(887);
      report.set([0, 0], 493);
      return report;
    },
    pan: (_message, digits) => [120, digits],
    unused: 287,
  },
  {
    driver: 'MagTek DynaFlex',
    device: () => new FakeHidDevice(0x0801, 0x2020),
    sender: (device, clock) => {
      const { notify } = answerAsMms(device, clock);
      return (payload) => {
        notify('0101', '08080202', payload);
      };
    },
    clear: (track2) => wrapped(encodeTlv('fc', tag57(track2))),
    sealed: ({ ksn, ciphertext }) => cardPayload({ ksn, ciphertext: toHex(ciphertext) }),
    noise: (bytes) => wrapped(encodeTlv('fc', encodeTlv('57', bytes(19)))),
    pan: panOf57,
    unused: 0,
  },
  { driver: 'ID TECH other', device: () => new FakeHidDevice(0x0acd, 0x2020), ...SURE_SWIPE },
  {
    driver: 'ID TECH SecureHead',
    device: () => new FakeHidDevice(0x0acd, 0x2010),
    sender: reports,
    clear: (track2) => structure(text(track2)),
    sealed: (card) => structure(framed(stripe(card))),
    noise: (bytes) => structure(Uint8Array.from(bytes(60), (byte) => 0x30 + (byte & 0x0f))),
    pan: (_message, digits) => [10, digits],
    checked: (message) => [9, 9 + (message[7] ?? 0)],
    unused: 480,
  },
  {
    driver: 'ID TECH NEO 2',
    device: () => new FakeHidDevice(0x0acd, 0x3530),
    sender: (device) => answerAsNeo2(device).send,
    clear: (track2) => neo2Response(0x02, 0x00, Uint8Array.from([0x01, ...tag57(track2)])),
    sealed: (card) => neo2Response(0x02, 0x00, neo2Swipe(stripe(card))),
    noise: (bytes) => neo2Response(0x02, 0x00, Uint8Array.from([0x01, ...encodeTlv('57', bytes(19))])),
    pan: panOf57,
    checked: (message) => [0, message.length],
    unused: 0,
  },
];
