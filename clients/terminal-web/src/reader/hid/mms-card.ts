import { findTlv, toHex, type Bytes, type EntryMode, type Tlv } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import { refusal } from '../reader-core.js';
import { equivalentTrack2 } from './equivalent-track2.js';
import { findReaderPin } from './magtek-pin-entry.js';
import { objectsOf } from './reader-tlv.js';
import { trackText, type SwipeReport } from './swipe-report.js';

/** First byte of a notification's detail code. */
const ENTRY_MODES: Readonly<Record<string, EntryMode>> = { '08': 'magstripe', '10': 'contact', '20': 'contactless' };

/** Encryption type (D100005000, 4.4): bits 5 and 4; DUKPT is bit 7. */
const CIPHERS: readonly ('tdes' | 'aes' | undefined)[] = ['tdes', 'aes', 'aes'];

/**
 * Card message of notification 0101: tag 84 around two bytes of length, container F9 and a MAC (table 18). Its F8 holds
 * the encrypted part with its KSN; the masked track 2 stands beside it. A reader that encrypts nothing sends the plain
 * tag 57, which without a cryptogram is no more than an image of the stripe. Throws `READER.REPORT_INVALID`.
 */
export function parseMmsCard(payload: Bytes, technology: string): SwipeReport {
  const entryMode = ENTRY_MODES[technology];
  const blob = objectsOf(payload).find(({ tag }) => tag === '84')?.value;
  if (entryMode === undefined || blob === undefined || blob.length < 2) throw refusal('READER.REPORT_INVALID');
  const length = (blob[0] ?? 0) * 256 + (blob[1] ?? 0);
  if (length === 0 || length > blob.length - 2) throw refusal('READER.REPORT_INVALID');
  return cardOf(objectsOf(blob.slice(2, 2 + length)), entryMode);
}

/**
 * Answer in the form that the vendor's newer pages give to command 1001: a status word (9000 done, 6985 conditions,
 * 6A80 data, 6F00 other), then tags. `undefined` if it is no such answer: the older tables and the vendor's own demo
 * know only the form above.
 */
export function parseStatusWordAnswer(payload: Bytes): SwipeReport | undefined {
  const word = toHex(payload.slice(0, 2));
  if (!/^(?:9000|6[0-9a-f]{3})$/.test(word)) return undefined;
  if (word !== '9000') return { outcome: 'failed', code: 'READER.REFUSED' };
  return cardOf(objectsOf(payload.slice(2)), 'magstripe');
}

const valuesOf =
  (objects: readonly Tlv[]) =>
  (tag: string): Bytes =>
    findTlv(objects, tag)?.value ?? new Uint8Array(0);

function cardOf(objects: readonly Tlv[], entryMode: EntryMode): SwipeReport {
  const value = valuesOf(objects);
  const ciphertext = value('dfdf59');
  if (ciphertext.length > 0) return encrypted(ciphertext, objects, entryMode);
  const equivalent = value('57');
  if (equivalent.length === 0) return { outcome: 'failed', code: 'READER.NO_TRACK2' };
  return { outcome: 'clear', track2: equivalentTrack2(equivalent) };
}

function encrypted(ciphertext: Bytes, objects: readonly Tlv[], entryMode: EntryMode): SwipeReport {
  const value = valuesOf(objects);
  const ksn = value('dfdf56');
  const [type = 0] = value('dfdf57');
  const cipher = CIPHERS[(type >> 4) & 3];
  const block = cipher === 'tdes' ? 8 : 16;
  const isSound = (type & 0x80) !== 0 && [10, 12].includes(ksn.length) && ciphertext.length % block === 0;
  if (cipher === undefined || !isSound || ksn.every((byte) => byte === 0)) throw refusal('READER.REPORT_INVALID');
  const readerPin = findReaderPin(objects);
  const masked = [value('dfdf33'), value('dfdf4d')].find(({ length }) => length > 0) ?? new Uint8Array(0);
  return {
    outcome: 'protected',
    entryMode,
    maskedTrack2: trackText(masked) ?? '',
    ...(readerPin && { readerPin }),
    track: {
      suite: 'mt1',
      form: 'magtek-arqc',
      cipher,
      ksn: toHex(ksn),
      ciphertext: new Sensitive(toHex(ciphertext)),
    },
  };
}
