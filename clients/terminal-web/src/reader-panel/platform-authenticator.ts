import { fromHex, toHex } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';
import type { Order } from '../gateway/order.js';
import { codeOf } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import type { ReaderAuthenticator } from '../reader/hid/magtek-magnesafe-v5.js';

/**
 * Has the platform answer the challenge of a reader, for the order that its signal was made from; this page has no key.
 * Without an order, as on the reader doctor's page, there is no reply. Rejects with what the platform says of a reader
 * that was lost or whose key it does not have, and where it cannot be reached.
 */
export function platformAuthenticator(
  api: Pick<TerminalApi, 'ask'>,
  openOrders: () => readonly Order[],
): ReaderAuthenticator {
  return {
    async reply({ ksn, challenge1 }, { orderDigest }) {
      const order = openOrders().find(({ digest }) => digest === orderDigest);
      if (!order) return undefined;
      const body = { ksn: toHex(ksn), challenge: toHex(challenge1) };
      const path = `/v1/terminal/orders/${encodeURIComponent(order.id)}/reader-challenges`;
      try {
        const { reply } = await api.ask<{ readonly reply: string }>('POST', path, { body });
        return fromHex(reply, 16, 'READER.REFUSED', 'The reply for the reader');
      } catch (error) {
        throw new DomainError(codeOf(error), 'The platform does not answer this reader');
      }
    },
  };
}
