import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testCard } from '@openswipe/card/test-cards';
import { SecurityCheck } from '@openswipe/contracts';
import { Sensitive } from '@openswipe/kernel';
import { DEAD_LETTERS, eventually } from './record-tap.js';
import { chipData, RunningRisk, type Presented, type Terminal } from './running-risk.js';

const ISSUER_TABLE = [
  { bin: '62', checks: [] },
  { bin: '625881', checks: ['biometric'] },
  { bin: '40120001', checks: ['pin'] },
  { bin: '555555', checks: ['signature'] },
];
const CHIP = testCard('visa-chip-no-pin');
const CHIP_PIN = testCard('unionpay-chip-pin');
let risk: RunningRisk;
let terminal: Terminal;
let paid = 0;

beforeAll(async () => {
  risk = await RunningRisk.start({ ISSUER_TABLE: JSON.stringify(ISSUER_TABLE), FALLBACK: 'decline' });
  terminal = await risk.enrolTerminal();
});
afterAll(() => risk?.stop());

const APPROVED = { $case: 'approved' };
const declined = (reasonCode: string, facts: Record<string, string> = {}) => ({
  $case: 'declined',
  declined: { reasonCode, facts },
});
const pay = (name: string, more: Presented = {}, card = testCard(name)) =>
  risk.assess(risk.verified(card, terminal, more));
/** A chip that has never counted so far. */
const fresh = (card = CHIP) => chipData(card, { counter: (paid += 1) });
/** 9F34 is no part of what the cryptogram is made over. */
const withCvm = async (results: string, card = CHIP) => (await fresh(card)).replace('9f34033f0000', `9f3403${results}`);

describe('a chip payment', () => {
  it('is approved with the cryptogram of its card', async () => {
    expect(await pay(CHIP.name, { field55: await fresh() })).toMatchObject(APPROVED);
    expect(await pay(CHIP_PIN.name, { field55: await fresh(CHIP_PIN), pin: '123456' })).toMatchObject(APPROVED);
  });

  it('is declined with that of another issuer, another amount or another card', async () => {
    const issuerKey = new Sensitive(new Uint8Array(16).fill(1));
    const forged = await chipData(CHIP, { counter: 90, issuerKey });
    const wrong = (reason: string) => declined('RISK.CRYPTOGRAM_WRONG', { reason });
    expect(await pay(CHIP.name, { field55: forged })).toEqual(wrong('cryptogram'));
    expect(await pay(CHIP.name, { field55: await fresh(testCard('visa-pin')) })).toEqual(wrong('cryptogram'));
    const another = { field55: await fresh(), amountMinor: 1_251n };
    expect(await pay(CHIP.name, another)).toEqual(wrong('other-payment'));
    expect(await pay(CHIP.name, { field55: '' })).toEqual(wrong('missing'));
    const incomplete = (await fresh()).replace(/9505[0-9a-f]{10}/, '');
    expect(await pay(CHIP.name, { field55: incomplete })).toEqual(wrong('data-missing'));
  });

  it('is declined as a replay in another transaction', async () => {
    const field55 = await fresh();
    expect(await pay(CHIP.name, { field55 })).toMatchObject(APPROVED);
    expect(await pay(CHIP.name, { field55 })).toEqual(declined('RISK.CRYPTOGRAM_REPLAYED'));
  });

  it('that is delivered three times is approved once, also after a crash before its outcome was kept', async () => {
    const verified = risk.verified(CHIP, terminal, { field55: await fresh() });
    await risk.publish(verified, verified, verified);
    const [first] = await risk.tap.assessed(verified.transactionId, 1);
    expect(first?.outcome).toMatchObject(APPROVED);
    const _id = verified.transactionId as never;
    const asBefore = { $set: { status: 'received', outbox: [] }, $unset: { outcome: 1, reasons: 1, assessedAt: 1 } };
    await risk.database.collection('assessments').updateOne({ _id }, asBefore);
    await risk.publish(verified, verified);
    const outcomes = (await risk.tap.assessed(verified.transactionId, 2)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual([first?.outcome, first?.outcome]);
    const booked = await risk.database.collection('issuer_authorizations').find({ _id }).toArray();
    expect(booked).toMatchObject([{ state: 'approved' }]);
  });

  it('is declined where the card said no, or approved by itself', async () => {
    const answered = async (type: string) => (await fresh()).replace('9f270180', `9f2701${type}`);
    expect(await pay(CHIP.name, { field55: await answered('00') })).toEqual(declined('RISK.DECLINED_BY_CARD'));
    const offline = declined('RISK.CRYPTOGRAM_WRONG', { reason: 'not-a-request' });
    expect(await pay(CHIP.name, { field55: await answered('40') })).toEqual(offline);
  });

  it('must agree with what the terminal says of the holder', async () => {
    const paying = async (results: string, more: Presented = {}) =>
      pay(CHIP.name, { ...more, field55: await withCvm(results) });
    expect(await paying('020302')).toEqual(declined('RISK.PIN_REQUIRED'));
    expect(await paying('1e0300')).toEqual(declined('RISK.SIGNATURE_REQUIRED'));
    expect(await paying('1e0300', { signature: true })).toMatchObject(APPROVED);
    const notVerified = declined('RISK.DECLINED_BY_CARD', { reason: 'holder-not-verified' });
    expect(await paying('020301', { pin: '1234' })).toEqual(notVerified);
    const malformed = (await fresh()).replace('9f34033f0000', '9f34021e03');
    expect(await pay(CHIP.name, { field55: malformed, signature: true })).toEqual(notVerified);
    expect(await pay(CHIP_PIN.name, { field55: await withCvm('010302', CHIP_PIN) })).toEqual(
      declined('RISK.PIN_REQUIRED'),
    );
  });

  it('whose field 55 is malformed is a dead letter that shows nothing of it', async () => {
    const verified = risk.verified(CHIP, terminal, { field55: 'deadbeef' });
    await risk.publish(verified);
    const letter = await eventually(
      () => risk.tap.records.find(({ topic, key }) => topic === DEAD_LETTERS && key === verified.orderId),
      'the dead letter',
    );
    expect(letter.headers['dead-letter-reason']).toMatch(/^RISK\.CARD_DATA_INVALID/);
    expect(JSON.stringify(letter.headers)).not.toContain('deadbeef');
  });
});

describe('a stripe, where fallback is refused', () => {
  it('is refused of a card that has a chip', async () =>
    expect(await pay(CHIP.name)).toEqual(declined('RISK.FALLBACK_REFUSED')));

  it('is taken of a card that has none', async () => expect(await pay('visa-no-pin')).toMatchObject(APPROVED));
});

describe('the checks of the issuer', () => {
  it('ask for a biometric check', async () => {
    expect(await pay('unionpay-biometric')).toEqual(declined('RISK.BIOMETRIC_REQUIRED'));
    expect(await pay('unionpay-biometric', { signature: true, pin: '123456' })).toEqual(
      declined('RISK.BIOMETRIC_REQUIRED'),
    );
    expect(await pay('unionpay-biometric', { biometric: true })).toMatchObject(APPROVED);
  });

  it('ask for a signature', async () => {
    expect(await pay('mastercard-no-pin')).toEqual(declined('RISK.SIGNATURE_REQUIRED'));
    expect(await pay('mastercard-no-pin', { signature: true })).toMatchObject(APPROVED);
  });

  it('ask for a PIN that the service code does not ask for, and it is verified', async () => {
    const card = { ...testCard('visa-pin'), serviceCode: '101' };
    expect(await pay(card.name, {}, card)).toEqual(declined('RISK.PIN_REQUIRED'));
    expect(await pay(card.name, { pin: '0000' }, card)).toEqual(declined('RISK.PIN_WRONG', { triesLeft: '2' }));
    expect(await pay(card.name, { pin: '1234' }, card)).toMatchObject(APPROVED);
  });

  it('are told by the longest prefix', async () => {
    const checks = async (bin: string) => (await risk.call.getSecurityChecks({ bin })).checks;
    expect(await checks('62588100')).toEqual([SecurityCheck.SECURITY_CHECK_BIOMETRIC]);
    expect(await checks('6258')).toEqual([]);
    expect(await checks('40120001')).toEqual([SecurityCheck.SECURITY_CHECK_PIN]);
    expect(await checks('401200')).toEqual([]);
  });

  it.each(['', '625', '625881000', '6258x1'])('are not told of %j, which is no BIN', async (bin) =>
    expect(risk.call.getSecurityChecks({ bin })).rejects.toMatchObject({ code: 'RISK.BIN_INVALID' }),
  );
});
