import { randomBytes } from 'node:crypto';
import { deriveInitialKey, DukptTerminal, fromHex, nobleAes, type Bytes } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import type { TerminalState } from '../src/account/terminal-keys.js';
import { termsOf, type Order } from '../src/gateway/order.js';
import { orderDigest } from '../src/payment/order-digest.js';

const key16 = (): Sensitive<Bytes> => new Sensitive(new Uint8Array(randomBytes(16)));

/** The host's side: the two base derivation keys. */
export const aHost = () => ({ dataBdk: key16(), pinBdk: key16() });

/** A terminal as it is after enrolment with that host. */
export function aTerminalState({ dataBdk, pinBdk } = aHost(), more: Partial<TerminalState> = {}): TerminalState {
  const state = (bdk: Sensitive<Bytes>, initialKeyId: string) => {
    const id = fromHex(initialKeyId, 8, 'TEST.ID_INVALID', 'An id');
    return DukptTerminal.initialize(nobleAes, deriveInitialKey(nobleAes, bdk, id), initialKeyId).toState();
  };
  return {
    terminalId: `ter_${'1'.repeat(32)}`,
    accountName: 'lin@example.com',
    certificate: '',
    dataKeys: state(dataBdk, 'd000000100000001'),
    pinKeys: state(pinBdk, 'f000000100000001'),
    ...more,
  };
}

/** A pending order of two lines, with its true digest. */
export async function anOrder(more: Partial<Order> = {}): Promise<Order> {
  const order: Order = {
    id: `ord_${'a'.repeat(32)}`,
    kind: 'pay',
    status: 'pending',
    payeeId: `mer_${'b'.repeat(32)}`,
    payeeName: 'Moss Tea House',
    amountMinor: '12850',
    currency: 'CNY',
    lines: [
      { name: 'Spring green tea', quantity: 1, unitAmountMinor: '8850', attributes: { weight: '250 g' } },
      { name: 'Celadon cup', quantity: 2, unitAmountMinor: '2000', attributes: { colour: 'jade' } },
    ],
    terms: 'Returns within 7 days.',
    merchantReference: 'T-1042',
    digest: '',
    createdAt: '2026-11-24T08:00:00.000Z',
    expiresAt: '2099-01-01T00:00:00.000Z',
    version: 1,
    ...more,
  };
  return { ...order, digest: await orderDigest(termsOf(order)) };
}
