import { parseTrack2, type Track2 } from '@openswipe/card';
import { DomainError, type Sensitive } from '@openswipe/kernel';
import type { ReaderKind } from './reader-driver.js';

/** What a driver reports of a card. The track is for the cipher suite alone; a page shows `masked`. */
export interface CardRead {
  readonly entryMode: 'magstripe';
  /** With sentinels, as read. */
  readonly track2: Sensitive<string>;
  /** First six, dots, last four, in groups of four, e.g. `6225 88•• •••• 1234`. */
  readonly masked: string;
  readonly bin: string;
  readonly last4: string;
  readonly readerKind: ReaderKind;
  /** The reader itself encrypts the card data [0048]. */
  readonly readerProtected: boolean;
}

/** `undefined` if the text is no track 2 of a payment card (ISO/IEC 7813), a wrong check digit included. */
export function cardRead(text: string, readerKind: ReaderKind, readerProtected = false): CardRead | undefined {
  const track2 = track2Of(text);
  if (track2 === undefined) return undefined;
  const { bin, last4 } = track2.pan;
  const length = track2.pan.reveal('length, for the mask').length;
  const shown = `${bin.slice(0, 6)}${'•'.repeat(length - 10)}${last4}`;
  const masked = shown.replace(/.{4}(?=.)/gu, '$& ');
  return { entryMode: 'magstripe', track2: track2.raw, masked, bin, last4, readerKind, readerProtected };
}

export function isTrack2(text: string): boolean {
  return track2Of(text) !== undefined;
}

function track2Of(text: string): Track2 | undefined {
  try {
    return parseTrack2(text);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
