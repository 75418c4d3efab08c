import { indicationSignal } from '../indication-signal.js';
import type { ReaderDriver } from '../reader-driver.js';
import { panOf } from './draw.js';

/** The order that every trial is for. */
export const SIGNAL = indicationSignal('ab'.repeat(32), { amountMinor: '1250', currency: 'CNY' });

/** What is put in and reported of a card that the reader encrypted: its PAN is nobody's to see here. */
export const sealedText = (ksn: string, ciphertext: string): string => `${ksn} ${ciphertext}`;

/** Every card that the driver reports from here on. */
export function listen(reader: ReaderDriver): readonly string[] {
  const reported: string[] = [];
  reader.on('card', (card) => reported.push(panOf(card.track2.reveal('compare with what was put in'))));
  reader.on('chipCard', (card) => reported.push(panOf(card.track2.reveal('compare with what was put in'))));
  reader.on('protectedCard', ({ protectedTrack: { ksn, ciphertext } }) =>
    reported.push(sealedText(ksn, ciphertext.reveal('compare with what was put in'))),
  );
  return reported;
}
