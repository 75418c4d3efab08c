import { fromHex, type Bytes } from '@openswipe/card';

/** Parts of an enhanced frame that a test asks for. */
export interface FakeCardData {
  readonly cipher: 'tdes' | 'aes';
  /** As the reader masks it; '' for none. */
  readonly masked: string;
  readonly length2: number;
  /** Lengths of the three tracks, if there are others than track 2. */
  readonly tracks?: readonly [number, number, number];
  readonly hashes?: number;
  readonly serial?: boolean;
  readonly session?: string;
  /** Of track 2, padded; bytes E2 if a test does not care. */
  readonly ciphertext?: Bytes;
  readonly ksn?: string;
}

/**
 * Card data of ID TECH's enhanced format, for tests: encode type, status, lengths, two bytes of presence bits, masked
 * tracks, encrypted tracks, session id, hashes, serial number, KSN. Track n is encrypted to bytes En.
 */
export function cardData(card: FakeCardData): Bytes {
  const { cipher, masked, length2, tracks, hashes = 0, serial, session, ciphertext } = card;
  const lengths = tracks ?? [0, length2, 0];
  const block = cipher === 'tdes' ? 8 : 16;
  const present = lengths.reduce((bits, length, track) => bits | (length > 0 ? 1 << track : 0), 0);
  const shown = masked === '' ? [] : lengths.flatMap((length, track) => maskOf(track, length, masked));
  const secret = lengths.flatMap((length, track) =>
    track === 1 && ciphertext ? [...ciphertext] : new Array(Math.ceil(length / block) * block).fill(0xe1 + track),
  );
  return Uint8Array.from([
    ...[0x80, present | (present << 3), ...lengths],
    (masked === '' ? 0 : present) | (cipher === 'aes' ? 0x10 : 0) | (serial === true ? 0x80 : 0),
    present | (((1 << hashes) - 1) << 3) | (session === undefined ? 0 : 0x40) | 0x80,
    ...shown,
    ...secret,
    ...(session === undefined ? [] : bytes(session)),
    ...new Array(hashes * 20).fill(0x4a),
    ...(serial === true ? bytes('30'.repeat(10)) : []),
    ...bytes(card.ksn ?? '629949002c0000000001'),
  ]);
}

const bytes = (hex: string): Bytes => fromHex(hex, hex.length / 2, 'FAKE.HEX', 'The fixture');

const maskOf = (track: number, length: number, masked: string): readonly number[] =>
  track === 1 ? [...new TextEncoder().encode(masked)] : new Array(length).fill(0x2a);

/** STX, length low byte first, data, XOR, sum, ETX. */
export function framed(data: Bytes): Bytes {
  const xor = data.reduce((value, byte) => value ^ byte, 0);
  const sum = data.reduce((value, byte) => (value + byte) & 0xff, 0);
  return Uint8Array.from([0x02, data.length & 0xff, data.length >> 8, ...data, xor, sum, 0x03]);
}

/** ID TECH structure of the SecureHead manual, 4.1.1. */
export function structure(output: Bytes, { status2 = 0, length2 = 40, highFirst = false } = {}): Bytes {
  const report = new Uint8Array(9 + 512);
  const length = [output.length & 0xff, output.length >> 8];
  report.set([0, status2, 0, 0, length2, 0, 0, ...(highFirst ? length.reverse() : length)]);
  report.set(output, 9);
  return report;
}
