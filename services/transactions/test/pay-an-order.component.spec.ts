import { testCard, TEST_CARDS } from '@openswipe/card/test-cards';
import {
  deadLetterTopicOf,
  EntryMode,
  EntryPosted,
  TOPICS,
  TransactionAssessed,
  TransactionStatus,
  type TransactionSubmitted,
} from '@openswipe/contracts';
import { newId } from '@openswipe/kernel';
import { toRecord, type OutgoingRecord } from '@openswipe/service-kit';
import { describe, expect, it } from '@jest/globals';
import {
  concludedOf,
  everything,
  everythingKept,
  expectRedeliveryToChangeNothing,
  heldOrder,
  openedBy,
  publish,
  submit,
  terminal,
  the,
  verifiedOf,
} from './enrolled-terminal.js';
import { submittedRecord } from './running-service.js';
import { PIN_BLOCK } from './simulated-terminal.js';
import { eventually } from './topic-tap.js';

const now = () => ({ correlationId: 'test', causationId: 'test', occurredAt: new Date() });

const assessed = ({ transactionId, orderId }: TransactionSubmitted, outcome: TransactionAssessed['outcome']) =>
  toRecord(TOPICS.transactionAssessed, orderId, TransactionAssessed.create({ transactionId, orderId, outcome }), now());

const approved = (submitted: TransactionSubmitted) =>
  assessed(submitted, { $case: 'approved', approved: { authorizationCode: '123456', issuerReference: 'r' } });

const posted = ({ transactionId, orderId }: TransactionSubmitted, id = `${transactionId}:settle`) =>
  toRecord(TOPICS.entryPosted, orderId, EntryPosted.fromPartial({ entry: { id, transactionId, orderId } }), now());

const statusOf = async (submitted: TransactionSubmitted): Promise<TransactionStatus> =>
  (await the.transactions.call.getTransaction(submitted)).status;

const reaches = (submitted: TransactionSubmitted, status: TransactionStatus): Promise<true> =>
  eventually(async () => (await statusOf(submitted)) === status || undefined, `status ${status}`);

describe('a payment', () => {
  it('goes from submitted to settled, and its card data reaches risk sealed', async () => {
    const order = heldOrder();
    const submitted = await submit(order);
    const verified = await verifiedOf(submitted.transactionId);

    const card = testCard('unionpay-pin');
    expect(verified).toMatchObject({
      orderId: order.id,
      payeeId: order.payeeId,
      amount: { amountMinor: 1250n, currency: 'CNY' },
      card: { bin: card.pan.slice(0, 8), last4: card.pan.slice(-4), brand: 'unionpay', readerProtected: true },
      pinPresent: true,
      signaturePresent: true,
      orderDigest: order.digest,
    });
    expect(verified.card?.entryMode).toBe(EntryMode.ENTRY_MODE_MAGSTRIPE);
    expect(openedBy(verified)).toMatchObject({
      pan: card.pan,
      track2: `${card.pan}=3112120` + '0000000000',
      pinBlock: Buffer.from(PIN_BLOCK, 'hex'),
    });

    await publish(approved(submitted));
    await reaches(submitted, TransactionStatus.TRANSACTION_STATUS_AUTHORIZED);
    await publish(posted(submitted));
    expect(await concludedOf(submitted.transactionId)).toMatchObject({
      status: TransactionStatus.TRANSACTION_STATUS_SETTLED,
      authorizationCode: '123456',
      journalEntryId: `${submitted.transactionId}:settle`,
      card: { cardToken: verified.card?.cardToken },
    });
  });

  it('settles when the ledger is faster than the assessment', async () => {
    const submitted = await submit(heldOrder());
    await verifiedOf(submitted.transactionId);
    await publish(posted(submitted));
    await eventually(
      async () => ((await the.transactions.call.getTransaction(submitted)).journalEntryId ? true : undefined),
      'entry kept',
    );
    await publish(approved(submitted));
    const { status, authorizationCode } = await concludedOf(submitted.transactionId);
    expect([status, authorizationCode]).toEqual([TransactionStatus.TRANSACTION_STATUS_SETTLED, '123456']);
  });

  it('ends declined with the reason and the facts', async () => {
    const submitted = await submit(heldOrder());
    await verifiedOf(submitted.transactionId);
    const declined = { reasonCode: 'RISK.PIN_WRONG', facts: { triesLeft: '2' } };
    await publish(assessed(submitted, { $case: 'declined', declined }));
    expect(await concludedOf(submitted.transactionId)).toMatchObject({
      status: TransactionStatus.TRANSACTION_STATUS_DECLINED,
      ...declined,
    });
  });

  it('asks risk for an unknown outcome until it gives up, and concludes when it is reversed', async () => {
    const submitted = await submit(heldOrder());
    await verifiedOf(submitted.transactionId);
    await publish(assessed(submitted, { $case: 'unknown', unknown: {} }));
    const asked = (giveUp: boolean) => () =>
      the.neighbours.resolveCalls.find(
        (call) => call.transactionId === submitted.transactionId && call.giveUp === giveUp,
      );
    await eventually(asked(false), 'asked');
    await eventually(asked(true), 'given up');
    await publish(assessed(submitted, { $case: 'reversed', reversed: { reasonCode: 'RISK.ISSUER_UNAVAILABLE' } }));
    expect(await concludedOf(submitted.transactionId)).toMatchObject({
      status: TransactionStatus.TRANSACTION_STATUS_REVERSED,
      reasonCode: 'RISK.ISSUER_UNAVAILABLE',
    });
  });

  it('is shown to its owner only', async () => {
    const { transactionId } = await submit(heldOrder());
    await verifiedOf(transactionId);
    const asked = the.transactions.call.getTransaction({ transactionId, accountId: newId('account') });
    await expect(asked).rejects.toMatchObject({ code: 'TRANSACTIONS.NOT_FOUND', kind: 'not-found' });
  });

  it('gives one card one token, and another card another', async () => {
    const tokens: (string | undefined)[] = [];
    for (const card of ['unionpay-pin', 'unionpay-pin', 'visa-pin']) {
      const { transactionId } = await submit(heldOrder(), { card });
      tokens.push((await verifiedOf(transactionId)).card?.cardToken);
    }
    expect(tokens[0]).toBe(tokens[1]);
    expect(tokens[0]).not.toBe(tokens[2]);
  });
});

describe('records', () => {
  it('that nobody can read go to the dead-letter topic, and their neighbours flow', async () => {
    const order = heldOrder();
    const good = submittedRecord(terminal.seal(order));
    const poison = (value: Buffer): OutgoingRecord => ({ ...good, value });
    everything.push(good);
    await the.publisher.publish([poison(Buffer.from('ff'.repeat(40), 'hex')), poison(Buffer.alloc(0)), good]);
    await eventually(() => the.tap.of(TOPICS.transactionVerified).find(({ orderId }) => orderId === order.id), 'flows');
    const deadLetter = deadLetterTopicOf(TOPICS.transactionSubmitted.name, 'transactions');
    await eventually(
      () => the.tap.records.filter(({ topic }) => topic === deadLetter).length >= 2 || undefined,
      'two dead letters',
    );
  });

  it('that come three times change nothing', async () => {
    const rejected = await submit(heldOrder(), { amountMinor: '1' });
    expect((await concludedOf(rejected.transactionId)).reasonCode).toBe('TRANSACTIONS.AMOUNT_CHANGED');
    await expectRedeliveryToChangeNothing();
  });

  it('and documents never show card data', async () => {
    const haystack = await everythingKept();
    expect(haystack.length).toBeGreaterThan(1_000);
    const forms = (pan: string) => [
      pan,
      pan.split('').reverse().join(''),
      Buffer.from(pan).toString('base64').slice(0, 20),
    ];
    const bcd = (pan: string) => Buffer.from(pan, 'hex').toString('latin1');
    for (const { pan } of TEST_CARDS) {
      for (const form of [...forms(pan), bcd(pan)]) expect(haystack.includes(form)).toBe(false);
    }
    expect(haystack.includes(Buffer.from(PIN_BLOCK, 'hex').toString('latin1'))).toBe(false);
  });
});
