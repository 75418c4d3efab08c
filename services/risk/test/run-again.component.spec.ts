import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testCard } from '@openswipe/card/test-cards';
import { newId } from '@openswipe/kernel';
import { randomBytes } from 'node:crypto';
import { DEAD_LETTERS, eventually } from './record-tap.js';
import { RunningRisk, type Terminal } from './running-risk.js';

let risk: RunningRisk;
let terminal: Terminal;

beforeAll(async () => {
  risk = await RunningRisk.start({ VELOCITY_MAX: '4', VELOCITY_WINDOW_SECONDS: '86400' });
  terminal = await risk.enrolTerminal();
});
afterAll(() => risk?.stop());

const REVERSED = { $case: 'reversed', reversed: { reasonCode: 'RISK.ISSUER_UNAVAILABLE' } };
const outcomes = async (id: string, atLeast: number) =>
  (await risk.tap.assessed(id, atLeast)).map(({ outcome }) => outcome);
const statusOf = async (id: string) =>
  (await risk.database.collection('assessments').findOne({ _id: id as never }))?.['status'] as string | undefined;
/** What was told a moment ago, and is in the outbox still, would be told again with what follows. */
const allToldOf = (id: string) =>
  eventually(async () => {
    const found = await risk.database.collection('assessments').findOne({ _id: id as never, outbox: [] as never });
    return found ?? undefined;
  }, 'an empty outbox');
const resolve = (transactionId: string, giveUp: boolean) => risk.call.resolveAuthorization({ transactionId, giveUp });

describe('a record that comes again', () => {
  it('changes nothing and publishes nothing: not the PIN tries, the velocity or the outcome', async () => {
    const wrong = risk.verified(testCard('unionpay-pin'), terminal, { pin: '000000' });
    await risk.publish(wrong, wrong, wrong);
    const [first] = await outcomes(wrong.transactionId, 1);
    expect(first).toEqual({ $case: 'declined', declined: { reasonCode: 'RISK.PIN_WRONG', facts: { triesLeft: '2' } } });
    await risk.publish(wrong);
    // Of the same order, so behind the repetition.
    const next = { ...risk.verified(testCard('unionpay-pin'), terminal, { pin: '000000' }), orderId: wrong.orderId };
    expect(await risk.assess(next)).toMatchObject({ declined: { facts: { triesLeft: '1' } } });
    expect(risk.tap.assessedSoFar(wrong.transactionId)).toHaveLength(1);
    const windows = await risk.database.collection('velocity_windows').find({}).toArray();
    const times = windows.flatMap((each) => each['seen'] as string[]).filter((id) => id === wrong.transactionId);
    expect(times).toHaveLength(2); // once for the card, once for the account
  });

  it('after a crash between authorization and document gets the same outcome, and no PIN try is lost', async () => {
    const wrong = risk.verified(testCard('mastercard-pin'), terminal, { pin: '0000' });
    const first = await risk.assess(wrong);
    expect(first).toMatchObject({ declined: { facts: { triesLeft: '2' } } });
    const asBefore = { $set: { status: 'received', outbox: [] }, $unset: { outcome: 1, reasons: 1, assessedAt: 1 } };
    await risk.database.collection('assessments').updateOne({ _id: wrong.transactionId as never }, asBefore);
    await risk.publish(wrong);
    expect(await outcomes(wrong.transactionId, 2)).toEqual([first, first]);
    const next = risk.verified(testCard('mastercard-pin'), terminal, { pin: '0000' });
    expect(await risk.assess(next)).toMatchObject({ declined: { facts: { triesLeft: '1' } } });
  });

  it('does not count twice towards the velocity limit, and the one above the limit is declined', async () => {
    const card = testCard('mastercard-no-pin');
    const five = Array.from({ length: 5 }, () => risk.verified(card, terminal));
    for (const each of five) await risk.publish(each, each);
    const kinds = await Promise.all(five.map(async (each) => (await outcomes(each.transactionId, 1))[0]));
    const refused = kinds.filter((outcome) => outcome?.$case === 'declined');
    expect(kinds.filter((outcome) => outcome?.$case === 'approved')).toHaveLength(4);
    expect(refused).toMatchObject([{ declined: { reasonCode: 'RISK.VELOCITY', facts: { scope: 'card', max: '4' } } }]);
  });
});

describe('an unknown outcome', () => {
  it('whose answer was lost is found by a query, and then stays', async () => {
    const { transactionId, ...rest } = risk.verified(testCard('answer-lost'), terminal);
    expect(await risk.assess({ transactionId, ...rest })).toMatchObject({ $case: 'unknown' });
    await allToldOf(transactionId);
    expect(await resolve(transactionId, false)).toEqual({ resolved: true });
    expect(await outcomes(transactionId, 2)).toMatchObject([{ $case: 'unknown' }, { $case: 'approved' }]);
    await allToldOf(transactionId);
    expect(await resolve(transactionId, true)).toEqual({ resolved: true });
    await outcomes(transactionId, 3);
    const ids = risk.tap.records
      .map(({ headers }) => headers['event-id'])
      .filter((id) => id?.startsWith(transactionId));
    expect(ids.slice(1)).toEqual(Array(2).fill(`${transactionId}:assessed:approved`));
    expect(await statusOf(transactionId)).toBe('approved');
  });

  it('of a silent issuer stays open until it is given up, and then is reversed', async () => {
    const verified = risk.verified(testCard('issuer-silent'), terminal);
    const { transactionId } = verified;
    expect(await risk.assess(verified)).toMatchObject({ $case: 'unknown' });
    expect(await resolve(transactionId, false)).toEqual({ resolved: false });
    await allToldOf(transactionId);
    const answers = await Promise.all([resolve(transactionId, true), resolve(transactionId, true)]);
    expect(answers).toEqual([{ resolved: true }, { resolved: true }]);
    expect((await outcomes(transactionId, 2))[1]).toEqual(REVERSED);
    await risk.publish(verified);
    const next = { ...risk.verified(testCard('visa-no-pin'), terminal), orderId: verified.orderId };
    expect(await risk.assess(next)).toMatchObject({ $case: 'approved' });
    expect(await statusOf(transactionId)).toBe('reversed');
    const kinds = risk.tap.assessedSoFar(transactionId).map(({ outcome }) => outcome?.$case);
    expect(new Set(kinds)).toEqual(new Set(['unknown', 'reversed']));
  });
});

describe('card data that cannot be opened', () => {
  it('is a dead letter, holds nobody up, and is reversed when it is given up', async () => {
    const verified = risk.verified(testCard('visa-no-pin'), terminal);
    const sealed = verified.sealedCardData!;
    const ciphertext = Buffer.from(sealed.ciphertext.map((byte, at) => (at === 0 ? byte ^ 1 : byte)));
    const forged = { ...verified, sealedCardData: { ...sealed, ciphertext } };
    const good = { ...risk.verified(testCard('visa-no-pin'), terminal), orderId: verified.orderId };
    await risk.publish(forged, good);
    expect((await outcomes(good.transactionId, 1))[0]).toMatchObject({ $case: 'approved' });
    const letter = await eventually(
      () => risk.tap.records.find(({ topic, key }) => topic === DEAD_LETTERS && key === verified.orderId),
      'the dead letter',
    );
    expect(letter.headers['dead-letter-reason']).toMatch(/^CARD\.ENVELOPE_FORGED/);
    expect(await statusOf(verified.transactionId)).toBe('received');
    expect(await resolve(verified.transactionId, false)).toEqual({ resolved: false });
    expect(await resolve(verified.transactionId, true)).toEqual({ resolved: true });
    expect((await outcomes(verified.transactionId, 1))[0]).toEqual(REVERSED);
  });

  it('of one transaction cannot be put into another', async () => {
    const mine = risk.verified(testCard('visa-no-pin'), terminal);
    const stolen = risk.verified(testCard('unionpay-no-pin'), terminal);
    await risk.publish({ ...mine, sealedCardData: stolen.sealedCardData });
    await eventually(
      () => risk.tap.records.find(({ topic, key }) => topic === DEAD_LETTERS && key === mine.orderId),
      'the dead letter',
    );
    expect(risk.tap.assessedSoFar(mine.transactionId)).toEqual([]);
  });
});

describe('a transaction that risk has not heard of', () => {
  it('is not found; given up, it is reversed even if its record comes after all', async () => {
    const verified = risk.verified(testCard('unionpay-no-pin'), terminal);
    const unknown = { code: 'RISK.ASSESSMENT_UNKNOWN', kind: 'not-found' };
    await expect(resolve(verified.transactionId, false)).rejects.toMatchObject(unknown);
    await expect(resolve(verified.transactionId, true)).rejects.toMatchObject(unknown);
    await expect(resolve(verified.transactionId, true)).rejects.toMatchObject(unknown);
    expect(await risk.assess(verified)).toEqual(REVERSED);
    const booked = risk.database.collection('issuer_authorizations').findOne({ _id: verified.transactionId as never });
    expect(await booked).toBeNull();
  });

  it('must be named by a transaction id', async () =>
    await expect(resolve('txn_1', false)).rejects.toMatchObject({ code: 'KERNEL.ID_INVALID' }));
});

describe('an initial PIN key', () => {
  const issue = (terminalId: string, more: object = {}) =>
    risk.call.issueInitialKey({
      terminalId,
      derivationId: terminal.derivationId,
      publicKey: terminal.publicKey,
      ...more,
    });

  it('is the same again for the same terminal', async () => {
    const [one, two] = [await issue(terminal.id), await issue(terminal.id)];
    expect(one.initialKeyId.toString('hex')).toBe(`4f535031${terminal.derivationId.toString('hex')}`);
    expect(one.keyCheckValue).toMatch(/^[0-9A-F]{10}$/);
    expect([two.initialKeyId, two.keyCheckValue]).toEqual([one.initialKeyId, one.keyCheckValue]);
  });

  it.each([
    ['RISK.DERIVATION_ID_TAKEN', () => issue(newId('terminal'))],
    ['RISK.DERIVATION_ID_INVALID', () => issue(terminal.id, { derivationId: randomBytes(3) })],
    ['CARD.PUBLIC_KEY_INVALID', () => issue(terminal.id, { publicKey: randomBytes(40) })],
  ])('is refused with %s', async (code, call) => await expect(call()).rejects.toMatchObject({ code }));
});
