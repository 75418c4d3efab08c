import type { TransactionData } from '@openswipe/card';
import { isProtected, type PresentedCard } from '../reader/presented-card.js';

/** The card as the transaction data carries it: in clear inside the envelope, or as its reader encrypted it. */
export function cardInfo(card: PresentedCard): TransactionData['card'] {
  const { entryMode, readerKind } = card;
  if (isProtected(card)) {
    const ciphertext = card.protectedTrack.ciphertext.reveal('seal transaction');
    return { entryMode, readerKind, readerProtected: true, protectedTrack: { ...card.protectedTrack, ciphertext } };
  }
  const read = { entryMode, readerKind, readerProtected: card.readerProtected, track2: card.track2.reveal('seal') };
  return 'chip' in card ? { ...read, chip: { field55: card.chip.field55.reveal('seal transaction') } } : read;
}
