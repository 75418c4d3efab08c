import { DomainError, Sensitive } from '@openswipe/kernel';
import { Pan } from './pan.js';

/** The service code's three digits, ISO/IEC 7813 Table 2. */
export interface ServiceCode {
  readonly digits: string;
  /** First digit 2 or 6: the chip should be used where feasible. */
  readonly hasChip: boolean;
  /** Third digit 0, 3 or 5: the holder is verified by PIN. */
  readonly pinRequired: boolean;
  /** First digit 1 or 2: not limited to the issuer's country. */
  readonly international: boolean;
}

export interface Track2 {
  readonly pan: Pan;
  /** YYMM. */
  readonly expiry: string;
  readonly serviceCode: ServiceCode;
  readonly discretionary: Sensitive<string>;
  /** The text as it was read. */
  readonly raw: Sensitive<string>;
}

// ISO/IEC 7813: PAN '=' YYMM, three digits of service code, discretionary data; a chip writes 'D' for '=' (EMV tag 57).
const TRACK_2 = /^([0-9]{12,19})[=D]([0-9]{2}(?:0[1-9]|1[0-2]))([0-9]{3})([0-9]*)$/;
/** 40 characters with both sentinels and LRC. */
const MAX_CONTENT = 37;

/**
 * `;PAN=YYMMSSSdisc?` with both sentinels or with none, no LRC. Throws `CARD.TRACK2_INVALID`, whatever is wrong with it
 * (a PAN that fails Luhn too); the track is never in the message.
 */
export function parseTrack2(text: string): Track2 {
  const invalid = () =>
    new DomainError('CARD.TRACK2_INVALID', 'This is not an ISO/IEC 7813 track 2', { param: 'track2' });
  if (typeof text !== 'string' || text.length > MAX_CONTENT + 2) throw invalid();
  const content = text.startsWith(';') && text.endsWith('?') ? text.slice(1, -1) : text;
  const [, digits, expiry, code, discretionary] = TRACK_2.exec(content) ?? [];
  if (content.length > MAX_CONTENT || !digits || !expiry || !code) throw invalid();
  return {
    pan: panOf(digits, invalid),
    expiry,
    serviceCode: serviceCodeOf(code),
    discretionary: new Sensitive(discretionary ?? ''),
    raw: new Sensitive(text),
  };
}

/** The stripe a simulated card carries; throws `CARD.TRACK2_INVALID` if the parts do not make a track 2. */
export function formatTrack2(parts: { pan: Pan; expiry: string; serviceCode: string; discretionary?: string }): string {
  const pan = parts.pan.reveal('format track 2');
  const text = `;${pan}=${parts.expiry}${parts.serviceCode}${parts.discretionary ?? ''}?`;
  parseTrack2(text);
  return text;
}

function panOf(digits: string, invalid: () => DomainError): Pan {
  try {
    return Pan.parse(digits);
  } catch {
    throw invalid();
  }
}

function serviceCodeOf(digits: string): ServiceCode {
  return {
    digits,
    hasChip: /^[26]/.test(digits),
    pinRequired: /[035]$/.test(digits),
    international: /^[12]/.test(digits),
  };
}
