import { randomBytes } from 'node:crypto';
import { idOf } from './access-tokens.mjs';

/**
 * Bodies of `POST /v1/transactions` with the bytes of a usual payment; nobody can open them.
 * @param {number} count
 */
export const submissions = (count) =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      orderId: idOf('ord', i),
      suite: 'os1',
      ksn: randomBytes(12).toString('hex'),
      nonce: randomBytes(12).toString('hex'),
      ciphertext: randomBytes(530).toString('hex'),
      tag: randomBytes(16).toString('hex'),
    }),
  );
