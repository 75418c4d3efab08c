import type { ReaderFaultCode } from '../reader-driver.js';
import type { F2fFailure } from './f2f-decoder.js';

const FAULTS: Readonly<Record<Exclude<F2fFailure, 'no-swipe'>, ReaderFaultCode>> = {
  'no-track2': 'READER.NO_TRACK2',
  incomplete: 'READER.SWIPE_INCOMPLETE',
  'parity-bad': 'READER.PARITY_BAD',
  'lrc-bad': 'READER.LRC_BAD',
  'track2-invalid': 'READER.TRACK2_INVALID',
  'too-fast': 'READER.SWIPE_TOO_FAST',
  unsure: 'READER.SWIPE_UNSURE',
};

/** `undefined` for a sound that was no swipe: nobody is told about a knock on the table. */
export function swipeFault(reason: F2fFailure): ReaderFaultCode | undefined {
  return reason === 'no-swipe' ? undefined : FAULTS[reason];
}
