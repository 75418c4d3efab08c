import type { CardRead } from './card-read.js';
import type { ChipCardRead } from './chip-card-read.js';
import type { ProtectedCardRead } from './hid/protected-card.js';

/** Whatever a driver reports of a card: its stripe, its chip, or what the reader made of it that no page can read. */
export type PresentedCard = CardRead | ChipCardRead | ProtectedCardRead;

/** The reader encrypted it: this page knows no PAN, and so can make no PIN block for it. */
export const isProtected = (card: PresentedCard): card is ProtectedCardRead => 'protectedTrack' in card;
