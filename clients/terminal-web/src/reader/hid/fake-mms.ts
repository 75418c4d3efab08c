import { encodeTlv, fromHex, type Bytes } from '@openswipe/card';

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
  );
  return wrapped(encodeTlv('fa', encodeTlv('70', arqc)));
}

/** Tag 84 around length, container F9, padding and MAC. */
export function wrapped(inside: Bytes): Bytes {
  const container = encodeTlv('f9', join(encodeTlv('dfdf54', new Uint8Array(10)), inside));
  const length = Uint8Array.of(container.length >> 8, container.length & 0xff);
  return encodeTlv('84', join(length, container, hex('0000 00000000')));
}
