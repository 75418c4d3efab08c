import type { EntryMode } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import type { ReaderCore } from '../reader-core.js';
import type { ReaderFaultCode } from '../reader-driver.js';
import type { ReaderPin } from '../reader-pin.js';
import { shownOf, type ProtectedTrack } from './protected-card.js';

/** What a parser makes of one report. A report that its layout does not allow is `READER.REPORT_INVALID`, thrown. */
export type SwipeReport =
  | { readonly outcome: 'clear'; readonly track2: Sensitive<string> }
  | {
      readonly outcome: 'protected';
      readonly track: ProtectedTrack;
      /** As the reader masked it; '' if it sent none. */
      readonly maskedTrack2: string;
      readonly entryMode: EntryMode;
      /** Of a reader that asked for the PIN while it had the card. */
      readonly readerPin?: ReaderPin;
    }
  | { readonly outcome: 'failed'; readonly code: ReaderFaultCode };

/** Tells the port. `core.swipeStarted()` has been said before. */
export function tellSwipe(core: ReaderCore, swipe: SwipeReport): void {
  if (swipe.outcome === 'failed') return core.swipeFailed(swipe.code);
  if (swipe.outcome === 'clear') return core.swipeRead(swipe.track2.reveal('hand to the port'));
  const { track, maskedTrack2, entryMode, readerPin } = swipe;
  core.swipeProtected({
    ...shownOf(maskedTrack2),
    entryMode,
    protectedTrack: track,
    readerKind: core.kind,
    readerProtected: true,
    ...(readerPin && { readerPin }),
  });
}

/**
 * A stripe that a MagneSafe V5 reader encrypted, whichever way it came; all in hexadecimal. A session id of zeros
 * is none.
 */
export function magneSafeSwipe(
  maskedTrack2: string,
  { ksn, ciphertext, sessionId }: { readonly ksn: string; readonly ciphertext: string; readonly sessionId: string },
): SwipeReport {
  return {
    outcome: 'protected',
    entryMode: 'magstripe',
    maskedTrack2,
    track: {
      suite: 'mt1',
      form: 'magtek-track2',
      cipher: 'tdes',
      ksn: ksn.toLowerCase(),
      ciphertext: new Sensitive(ciphertext.toLowerCase()),
      ...(/[^0]/.test(sessionId) ? { sessionId: sessionId.toLowerCase() } : {}),
    },
  };
}

/** Printable ASCII as text; anything else is no track. */
export function trackText(bytes: Uint8Array): string | undefined {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f) ? String.fromCharCode(...bytes) : undefined;
}
