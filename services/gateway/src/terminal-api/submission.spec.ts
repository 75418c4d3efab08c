import { describe, expect, it } from '@jest/globals';
import { toEnvelope, transactionIdOf } from './submission.js';

const PARTS = {
  suite: 'os1',
  ksn: '01'.repeat(12),
  nonce: '02'.repeat(12),
  ciphertext: '03'.repeat(40),
  tag: '04'.repeat(16),
};

const idOf = (changed: Partial<typeof PARTS> = {}, terminalId = 'ter_1', orderId = 'ord_1'): string =>
  transactionIdOf(terminalId, orderId, toEnvelope({ orderId, ...PARTS, ...changed }));

describe('transactionIdOf', () => {
  it('is the same for the same bytes', () => {
    expect(idOf()).toBe(idOf());
    expect(idOf()).toMatch(/^txn_[0-9a-f]{32}$/);
  });

  it('is another one as soon as any part differs, so a damaged copy cannot stand in for the whole one', () => {
    const others = [
      idOf({ ksn: '11'.repeat(12) }),
      idOf({ nonce: '12'.repeat(12) }),
      idOf({ ciphertext: `13${'03'.repeat(39)}` }),
      idOf({ tag: '14'.repeat(16) }),
      idOf({}, 'ter_2'),
      idOf({}, 'ter_1', 'ord_2'),
    ];
    expect(new Set([idOf(), ...others]).size).toBe(others.length + 1);
  });
});
