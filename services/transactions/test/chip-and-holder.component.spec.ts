import type { ReadCard } from '@openswipe/card';
import { readChip } from '@openswipe/card/emv';
import { TestChip } from '@openswipe/card/emv/test-chip';
import { testCard } from '@openswipe/card/test-cards';
import { EntryMode, type Order, type TransactionSubmitted } from '@openswipe/contracts';
import { describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import {
  everythingKept,
  expectRedeliveryToChangeNothing,
  heldOrder,
  openedBy,
  rejectionOf,
  submit,
  the,
  verifiedOf,
} from './enrolled-terminal.js';

const CARD = testCard('unionpay-pin');
const chip = new TestChip(CARD);

/** What a terminal with a chip reader sends: the card makes its cryptogram for this order's fee. */
async function dip(order: Order, amountMinor = String(order.total?.amountMinor)): Promise<ReadCard> {
  chip.reset();
  const { track2, field55 } = await readChip(
    { transmit: async (command) => chip.answer(command) },
    {
      amountMinor,
      currency: order.total?.currency ?? '',
      country: '156',
      date: '261125',
      time: '120000',
      unpredictableNumber: new Uint8Array(randomBytes(4)),
    },
  );
  return {
    entryMode: 'contact',
    track2: track2.raw.reveal('test'),
    readerKind: 'smart-card',
    readerProtected: true,
    chip: { field55: field55.reveal('test') },
  };
}

describe('a chip', () => {
  it('is verified when its cryptogram was made for the order, and goes to risk with what it made', async () => {
    const order = heldOrder();
    const read = await dip(order);
    const verified = await verifiedOf((await submit(order, { read })).transactionId);
    expect(verified.card).toMatchObject({ entryMode: EntryMode.ENTRY_MODE_CONTACT, readerKind: 'smart-card' });
    expect(openedBy(verified).field55.toString('hex')).toBe(read.chip?.field55);
    expect(openedBy(verified).pan).toBe(CARD.pan);
  });

  it('is refused when it made its cryptogram for another amount', async () => {
    const order = heldOrder();
    const read = await dip(order, '1');
    expect(await rejectionOf(await submit(order, { read }))).toBe('TRANSACTIONS.CHIP_MISMATCH');
  });

  it('is refused when what it made is not chip data, or names a card of its own', async () => {
    const order = heldOrder();
    const read = await dip(order);
    for (const field55 of ['9f2608', `${read.chip?.field55}5a086225880000000001`]) {
      const changed = await submit(heldOrder(), { read: { ...read, chip: { field55 } } });
      expect(await rejectionOf(changed)).toBe('CARD.EMV_FIELD_55_INVALID');
    }
  });
});

describe('the holder', () => {
  /** Label ‖ order digest ‖ data KSN, hashed. */
  const challengeOf = ({ digest }: Order, { envelope }: TransactionSubmitted): string =>
    createHash('sha256')
      .update('openswipe-biometric-v1')
      .update(Buffer.from(digest, 'hex'))
      .update(envelope?.ksn ?? Buffer.alloc(0))
      .digest('hex');

  it('is verified by accounts, with a challenge of this very transaction', async () => {
    the.neighbours.assertions.set('right', '');
    const order = heldOrder();
    const submitted = await submit(order, { assertion: 'right' });
    expect((await verifiedOf(submitted.transactionId)).biometricVerified).toBe(true);
    const call = the.neighbours.biometricCalls.at(-1);
    expect(call).toMatchObject({ accountId: submitted.accountId, terminalId: submitted.terminalId });
    expect(call?.challenge.toString('hex')).toBe(challengeOf(order, submitted));
  });

  it('may be verified at a card that asks for nothing of the kind, and need not be', async () => {
    expect((await verifiedOf((await submit(heldOrder())).transactionId)).biometricVerified).toBe(false);
  });

  it.each(['ACCOUNTS.BIOMETRIC_UNKNOWN', 'ACCOUNTS.BIOMETRIC_WRONG'])('is refused with the code %s', async (code) => {
    the.neighbours.assertions.set(code, code);
    expect(await rejectionOf(await submit(heldOrder(), { assertion: code }))).toBe(code);
  });

  it('is not asked about a payment that is refused anyway', async () => {
    const calls = the.neighbours.biometricCalls.length;
    const refused = await submit(heldOrder(), { assertion: 'right', amountMinor: '1' });
    expect(await rejectionOf(refused)).toBe('TRANSACTIONS.AMOUNT_CHANGED');
    expect(the.neighbours.biometricCalls.length).toBe(calls);
  });

  it('waits for accounts where it does not answer', async () => {
    the.neighbours.accountsOutages = 2;
    const { transactionId } = await submit(heldOrder(), { assertion: 'right' });
    expect((await verifiedOf(transactionId)).biometricVerified).toBe(true);
    expect(the.neighbours.accountsOutages).toBe(0);
  });

  it('and chip, redelivered three times, change nothing, and no card is kept in clear', async () => {
    await expectRedeliveryToChangeNothing();
    expect(await everythingKept()).not.toContain(CARD.pan);
  });
});
