import type { EntryMode } from '@openswipe/card';
import type { Sensitive } from '@openswipe/kernel';
import type { ReaderKind } from '../reader-driver.js';
import type { ReaderPin } from '../reader-pin.js';

/**
 * What the ciphertext is: one track 2 of a MagTek or ID TECH reader, sentinels included and zeros behind; or the
 * encrypted part of a MagTek chip message (tag DFDF59: container FC with tags 57, 5A or the tracks in F4).
 */
export type ProtectedForm = 'magtek-track2' | 'idtech-track2' | 'magtek-arqc';

/** Card data as the reader encrypted it: suite `mt1`. The terminal has no key and passes it through unread [0048]. */
export interface ProtectedTrack {
  readonly suite: 'mt1';
  readonly form: ProtectedForm;
  readonly cipher: 'tdes' | 'aes';
  /** Key serial number of the reader's DUKPT: 10 bytes (TDES) or 12 (AES), lower-case hexadecimal. */
  readonly ksn: string;
  /** Lower-case hexadecimal; sensitive authentication data even so. */
  readonly ciphertext: Sensitive<string>;
  /** The session id as it came back encrypted, 8 or 16 bytes in hexadecimal: ties the swipe to the order [0028]. */
  readonly sessionId?: string;
}

/** The form of a card whose reader encrypts; `CardRead` has no `protectedTrack`, so that tells them apart. */
export interface ProtectedCardRead {
  readonly entryMode: EntryMode;
  readonly protectedTrack: ProtectedTrack;
  /** As much as the reader's mask shows, e.g. `6225 •••• •••• 1234`. */
  readonly masked: string;
  /** Leading digits that the mask shows: four to eight, or none. */
  readonly bin: string;
  readonly last4: string;
  readonly readerKind: ReaderKind;
  readonly readerProtected: true;
  /** Where the reader asked for the PIN by itself, as it does for a chip that wants one online. */
  readonly readerPin?: ReaderPin;
}

/**
 * From a masked track 2. Readers mask by `*`, or by zeros that look like digits (MagneSafe): then only the first four
 * are sure to be the card's own. A mask that is none shows nothing.
 */
export function shownOf(maskedTrack2: string): Pick<ProtectedCardRead, 'masked' | 'bin' | 'last4'> {
  const [, pan] = /^;?([0-9*]{12,19})[=D]/.exec(maskedTrack2) ?? [];
  if (pan === undefined || !/^\d{4}.*\d{4}$/.test(pan)) return { masked: '', bin: '', last4: '' };
  const bin = pan.includes('*') ? (/^\d{4,8}/.exec(pan)?.[0] ?? '') : pan.slice(0, 4);
  const last4 = pan.slice(-4);
  const hidden = '•'.repeat(pan.length - bin.length - last4.length);
  return { masked: `${bin}${hidden}${last4}`.replace(/.{4}(?=.)/gu, '$& '), bin, last4 };
}
