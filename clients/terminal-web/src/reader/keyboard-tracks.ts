import { Sensitive } from '@openswipe/kernel';
import { magneSafeSwipe, type SwipeReport } from './hid/swipe-report.js';

/** TDES blocks in hexadecimal; track 2 and its padding are at most seven. */
const CIPHERTEXT = /^(?:[0-9A-F]{16}){1,14}$/;
const KSN = /^[0-9A-F]{20}$/;
const SESSION = /^(?:[0-9A-F]{16})?$/;
const STATUS = /^[0-9A-F]{8}$/;
/** Status, three encrypted tracks, MagnePrint status and data, serial number, session id, KSN; check sums follow. */
const FIELDS = { status: 0, track2: 2, session: 7, ksn: 8 } as const;
/** With both check sums and the format code. */
const FIELDS_MIN = 9;
const FIELDS_MAX = 13;

/**
 * What a reader typed, without the closing Enter: tracks in clear, or the encrypted form of MagneSafe V5 (MagTek
 * 99875475, keyboard emulation): masked tracks, then fields behind `|`, the encrypted tracks in hexadecimal. Whatever
 * has a `|` is that form as a whole, or refused: a mask must never pass for a card.
 */
export function parseKeyboard(text: string): SwipeReport {
  const at = text.indexOf('|');
  const tracks = (at < 0 ? text : text.slice(0, at)).match(/[%;+#][^?]*\?/g) ?? [];
  const track2 = tracks.find((track) => track.startsWith(';'));
  if (track2 === ';E?') return { outcome: 'failed', code: 'READER.TRACK2_UNREADABLE' };
  if (at >= 0) return encrypted(text.slice(at + 1).split('|'), track2);
  if (track2 !== undefined) return { outcome: 'clear', track2: new Sensitive(track2) };
  return { outcome: 'failed', code: text.endsWith('?') ? 'READER.NO_TRACK2' : 'READER.SWIPE_INCOMPLETE' };
}

function encrypted(fields: readonly string[], maskedTrack2: string | undefined): SwipeReport {
  const field = (name: keyof typeof FIELDS): string => fields[FIELDS[name]] ?? '';
  const [ciphertext, sessionId, ksn] = [field('track2'), field('session'), field('ksn')];
  const isCounted = fields.length >= FIELDS_MIN && fields.length <= FIELDS_MAX;
  const isKeyed = STATUS.test(field('status')) && KSN.test(ksn) && /[^0]/.test(ksn);
  if (!isCounted || !isKeyed) return { outcome: 'failed', code: 'READER.REPORT_INVALID' };
  if (ciphertext === '') return { outcome: 'failed', code: 'READER.NO_TRACK2' };
  if (maskedTrack2 === undefined || !CIPHERTEXT.test(ciphertext) || !SESSION.test(sessionId)) {
    return { outcome: 'failed', code: 'READER.REPORT_INVALID' };
  }
  return magneSafeSwipe(maskedTrack2, { ksn, ciphertext, sessionId });
}
