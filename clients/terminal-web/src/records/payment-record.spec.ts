import { describe, expect, it } from '@jest/globals';
import { anOrder } from '../../test/a-terminal.js';
import type { Transaction } from '../gateway/transaction.js';
import { recordOf, searchRecords } from './payment-record.js';
import { recordsCsv } from './records-csv.js';

async function aRecord(payeeName: string, concludedAt: string) {
  const order = await anOrder({ payeeName });
  const card = { masked: '', bin: '622588', last4: '0001', entryMode: 'magstripe', readerKind: 'simulated' } as const;
  const body = { orderId: order.id, suite: 'os1', ksn: '', nonce: '', ciphertext: '', tag: '' };
  const transaction = { id: `txn_${payeeName}`, concludedAt, authorizationCode: '831000' } as unknown as Transaction;
  return recordOf({ accountId: 'acc_1', terminalId: 'ter_1', order, card, body }, transaction);
}

describe('payment records', () => {
  it('are found by payee, goods, amount and card, newest first', async () => {
    const records = [await aRecord('Moss', '2026-01-01'), await aRecord('Fern', '2026-02-01')];
    const found = (query: string) => searchRecords(records, query).map(({ payeeName }) => payeeName);
    expect(found('')).toEqual(['Fern', 'Moss']);
    expect(found('moss 128.50')).toEqual(['Moss']);
    expect(found('celadon 0001')).toEqual(['Fern', 'Moss']);
    expect(found('１２８.５')).toEqual(['Fern', 'Moss']);
    expect(found('jade coffee')).toEqual([]);
  });

  it('become a table in which no name is a formula', async () => {
    const record = await aRecord('=HYPERLINK("x")', '2026-01-01');
    const [head, row] = recordsCsv(['Time', 'Kind'], [{ ...record, refund: 'refunded' }]).split('\r\n');
    expect(head).toBe('\ufeffTime,Kind');
    expect(row).toContain(
      '2026-01-01,pay,"\'=HYPERLINK(""x"")",128.50,CNY,refunded,Spring green tea; Celadon cup × 2,0001',
    );
  });
});
