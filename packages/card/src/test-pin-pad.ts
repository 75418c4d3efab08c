import { Sensitive } from '@openswipe/kernel';
import type { Key } from './aes-engine.js';
import { fromHex } from './bytes.js';

/** First half of the initial key ids of simulated readers with a PIN pad: 8 hexadecimal digits. */
export const TEST_PIN_PAD_BDK_ID = '4f535034';

/**
 * AES BDK of the PIN pads of simulated readers. Everybody knows it, as everybody knows the PINs of the test cards: an
 * installation for other cards has a `reader-pin-aes-bdk` of its own.
 */
export const TEST_PIN_PAD_BDK: Key = new Sensitive(
  fromHex('f1e2d3c4b5a697887960514233241506', 16, 'CARD.KEY_INVALID', 'The test BDK'),
);
