import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Pan } from '@openswipe/card';
import { TEST_ISSUER_KEY } from '@openswipe/card/emv/test-chip';
import { testCard } from '@openswipe/card/test-cards';
import { Money, Sensitive, newId } from '@openswipe/kernel';
import { connectMongo, fromInt64 } from '@openswipe/service-kit';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { IssuerChips } from '../src/acquirer/issuer-chips.js';
import { IssuerLimits } from '../src/acquirer/issuer-limits.js';
import { IssuerSecrets } from '../src/acquirer/issuer-secrets.js';
import { IssuerSimulator } from '../src/acquirer/issuer-simulator.js';
import type { AuthorizationRequest } from '../src/application/ports.js';
import { chipData } from './running-risk.js';

const DAILY_LIMIT = 10_000n;
const secrets = new IssuerSecrets(new Sensitive(new Uint8Array(randomBytes(32))));
const noon = { now: () => new Date('2026-07-01T12:00:00Z') };
const nextDay = { now: () => new Date('2026-07-02T00:00:00Z') };
let connection: Awaited<ReturnType<typeof connectMongo>>;
let issuer: IssuerSimulator;

const open = (more: { reset?: boolean; clock?: typeof noon; chipKey?: null } = {}) =>
  IssuerSimulator.open(
    connection,
    secrets,
    {
      dailyLimitMinor: DAILY_LIMIT,
      chipKey: more.chipKey === undefined ? TEST_ISSUER_KEY : more.chipKey,
      reset: more.reset ?? false,
    },
    more.clock ?? noon,
  );

beforeAll(async () => {
  const { MONGO_URL } = process.env;
  if (!MONGO_URL) throw new Error('component tests need MONGO_URL');
  connection = await connectMongo(MONGO_URL, `t_issuer_${randomBytes(4).toString('hex')}`);
});
beforeEach(async () => {
  issuer = await open({ reset: true });
});
afterAll(async () => {
  await connection?.dropDatabase();
  await connection?.close();
});

const aRequest = (
  name: string,
  more: { amountMinor?: bigint; pin?: string; id?: string } = {},
): AuthorizationRequest => ({
  transactionId: more.id ?? newId('transaction'),
  amount: Money.of(more.amountMinor ?? 1_000n, 'CNY'),
  payeeId: 'mer_1',
  pan: Pan.parse(testCard(name).pan),
  expiry: testCard(name).expiry,
  ...(more.pin ? { pin: new Sensitive(more.pin) } : {}),
});
const cardId = (name: string) => secrets.cardId(Pan.parse(testCard(name).pan));
const limitOf = (name: string) =>
  connection.collection('issuer_limits').findOne({ _id: `${cardId(name)}:CNY:2026-07-01` as never });
const leftOf = async (name: string): Promise<bigint> => fromInt64((await limitOf(name))?.['leftMinor']);
const NO_FUNDS = { kind: 'declined', reasonCode: 'RISK.INSUFFICIENT_FUNDS' };

describe('open-to-buy', () => {
  it('is never overspent, however many authorizations come at once', async () => {
    const requests = Array.from({ length: 25 }, () => aRequest('visa-no-pin'));
    const outcomes = await Promise.all(requests.map((request) => issuer.authorize(request)));
    expect(outcomes.filter(({ kind }) => kind === 'approved')).toHaveLength(10);
    expect(outcomes.filter(({ kind }) => kind === 'declined')).toHaveLength(15);
    expect(await limitOf('visa-no-pin')).toMatchObject({ open: [] });
    expect(await leftOf('visa-no-pin')).toBe(0n);
  });

  it('gives a late second run of a request no money of its own: a crash would leave it taken', async () => {
    const request = aRequest('visa-no-pin');
    const first = await issuer.authorize(request);
    const limits = await IssuerLimits.open(connection, DAILY_LIMIT, false);
    const { transactionId, amount } = request;
    expect(await limits.take(cardId('visa-no-pin'), transactionId, amount, '2026-07-01')).toBe('settled');
    expect(await leftOf('visa-no-pin')).toBe(DAILY_LIMIT - 1_000n);
    expect(await issuer.authorize(request)).toEqual(first);
  });

  it('is new on the next day, and in each currency by itself', async () => {
    expect(await issuer.authorize(aRequest('visa-no-pin', { amountMinor: 10_000n }))).toMatchObject({
      kind: 'approved',
    });
    expect(await issuer.authorize(aRequest('visa-no-pin', { amountMinor: 1n }))).toMatchObject(NO_FUNDS);
    const inYen = { ...aRequest('visa-no-pin'), amount: Money.of(500n, 'JPY') };
    expect(await issuer.authorize(inYen)).toMatchObject({ kind: 'approved' });
    const tomorrow = await open({ clock: nextDay });
    expect(await tomorrow.authorize(aRequest('visa-no-pin', { amountMinor: 1n }))).toMatchObject({ kind: 'approved' });
  });

  it('adds up after any interleaving of authorizations, repetitions and reversals', async () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 4 }),
      move: fc.constantFrom('authorize', 'reverse', 'query'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        issuer = await open({ reset: true });
        const requests = Array.from({ length: 5 }, () => aRequest('visa-no-pin', { amountMinor: 3_000n }));
        await Promise.all(
          steps.map(async ({ id, move }) => {
            const request = requests[id] as AuthorizationRequest;
            if (move === 'authorize') await issuer.authorize(request);
            else if (move === 'reverse') await issuer.reverse(request.transactionId);
            else await issuer.query(request.transactionId);
          }),
        );
        const outcomes = await Promise.all(requests.map(({ transactionId }) => issuer.query(transactionId)));
        const approved = BigInt(outcomes.filter(({ kind }) => kind === 'approved').length);
        const limit = await limitOf('visa-no-pin');
        expect(approved <= 3n).toBe(true);
        if (limit) expect(fromInt64(limit['leftMinor'])).toBe(DAILY_LIMIT - approved * 3_000n);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a repeated authorization', () => {
  it('gets the first answer and takes the money once, also when both come at once', async () => {
    const request = aRequest('visa-no-pin', { amountMinor: 6_000n });
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => issuer.authorize(request)));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(outcomes[0]).toMatchObject({ kind: 'approved' });
    expect(await issuer.authorize(request)).toEqual(outcomes[0]);
    expect(await leftOf('visa-no-pin')).toBe(4_000n);
  });

  it('counts a wrong PIN once', async () => {
    const request = aRequest('unionpay-pin', { pin: '000000' });
    for (let i = 0; i < 4; i += 1) {
      expect(await issuer.authorize(request)).toMatchObject({
        reasonCode: 'RISK.PIN_WRONG',
        facts: { triesLeft: '2' },
      });
    }
  });

  it('takes over what a crash left between money and booking', async () => {
    const request = aRequest('visa-no-pin', { amountMinor: 6_000n });
    const limits = await IssuerLimits.open(connection, DAILY_LIMIT, false);
    await limits.take(cardId('visa-no-pin'), request.transactionId, request.amount, '2026-07-01');
    expect(await leftOf('visa-no-pin')).toBe(4_000n);
    expect(await issuer.authorize(request)).toMatchObject({ kind: 'approved' });
    expect(await leftOf('visa-no-pin')).toBe(4_000n);
    expect(await limitOf('visa-no-pin')).toMatchObject({ open: [] });
  });
});

describe('a reversal', () => {
  it('gives the money back once, however often it comes', async () => {
    const request = aRequest('visa-no-pin', { amountMinor: 6_000n });
    await issuer.authorize(request);
    await Promise.all([1, 2, 3].map(() => issuer.reverse(request.transactionId)));
    await issuer.reverse(request.transactionId);
    expect(await leftOf('visa-no-pin')).toBe(DAILY_LIMIT);
  });

  it('that comes first refuses the authorization that comes late', async () => {
    const request = aRequest('visa-no-pin');
    await issuer.reverse(request.transactionId);
    expect(await issuer.authorize(request)).toMatchObject({ kind: 'declined', reasonCode: 'RISK.ISSUER_UNAVAILABLE' });
  });

  it('frees what a crash left between money and booking', async () => {
    const { transactionId, amount } = aRequest('visa-no-pin', { amountMinor: 6_000n });
    const limits = await IssuerLimits.open(connection, DAILY_LIMIT, false);
    await limits.take(cardId('visa-no-pin'), transactionId, amount, '2026-07-01');
    await issuer.reverse(transactionId);
    await issuer.reverse(transactionId);
    expect(await leftOf('visa-no-pin')).toBe(DAILY_LIMIT);
  });

  it('leaves a decline as it is', async () => {
    const request = aRequest('lost');
    await issuer.authorize(request);
    await issuer.reverse(request.transactionId);
    expect(await issuer.query(request.transactionId)).toMatchObject({ reasonCode: 'RISK.CARD_BLOCKED' });
  });
});

describe('PIN tries', () => {
  it('end after three wrong PINs that come at once, and not one more is heard', async () => {
    const wrong = Array.from({ length: 8 }, () => aRequest('unionpay-pin', { pin: '000000' }));
    const outcomes = await Promise.all(wrong.map((request) => issuer.authorize(request)));
    const count = (code: string) => outcomes.filter((each) => 'reasonCode' in each && each.reasonCode === code).length;
    expect([count('RISK.PIN_WRONG'), count('RISK.CARD_BLOCKED')]).toEqual([2, 6]);
    const good = await issuer.authorize(aRequest('unionpay-pin', { pin: '123456' }));
    expect(good).toMatchObject({ reasonCode: 'RISK.CARD_BLOCKED', facts: { reason: 'pin-tries-exceeded' } });
  });

  it('survive a restart, and are new after a reset', async () => {
    for (let i = 0; i < 3; i += 1) await issuer.authorize(aRequest('unionpay-pin', { pin: '000000' }));
    const pay = async () => (await issuer.authorize(aRequest('unionpay-pin', { pin: '123456' }))).kind;
    issuer = await open();
    expect(await pay()).toBe('declined');
    issuer = await open({ reset: true });
    expect(await pay()).toBe('approved');
  });

  it('are not asked of a card without a PIN, and are of a card with one', async () => {
    expect(await issuer.authorize(aRequest('visa-no-pin'))).toMatchObject({ kind: 'approved' });
    expect(await issuer.authorize(aRequest('visa-pin'))).toMatchObject({ reasonCode: 'RISK.PIN_REQUIRED' });
  });
});

describe('the counter of a chip', () => {
  const card = testCard('visa-chip-no-pin');
  const chipRequest = async (counter: number, more: { id?: string; panSequence?: string; pin?: string } = {}) => ({
    ...aRequest(card.name, { amountMinor: 1_250n, ...more }),
    field55: new Sensitive(
      await chipData(card, { counter, ...(more.panSequence ? { panSequence: more.panSequence } : {}) }, noon.now()),
    ),
  });
  const authorize = async (...of: Parameters<typeof chipRequest>) => issuer.authorize(await chipRequest(...of));
  const REPLAYED = { kind: 'declined', reasonCode: 'RISK.CRYPTOGRAM_REPLAYED' };

  it('moves forward, by any step, for each PAN sequence number by itself', async () => {
    expect(await authorize(4)).toMatchObject({ kind: 'approved' });
    expect(await authorize(4)).toMatchObject(REPLAYED);
    expect(await authorize(3)).toMatchObject(REPLAYED);
    expect(await authorize(0, { panSequence: '02' })).toMatchObject({ kind: 'approved' });
    expect(await authorize(65_000)).toMatchObject({ kind: 'approved' });
  });

  it('serves one of many payments that come at once with the same cryptogram', async () => {
    const request = await chipRequest(0);
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () => issuer.authorize({ ...request, transactionId: newId('transaction') })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'approved')).toHaveLength(1);
    expect(outcomes.filter((each) => 'reasonCode' in each && each.reasonCode === REPLAYED.reasonCode)).toHaveLength(5);
  });

  it('is no replay for the transaction that moved it, however often and however late it comes again', async () => {
    const request = await chipRequest(0);
    const outcomes = await Promise.all([1, 2, 3].map(() => issuer.authorize(request)));
    expect(await authorize(7)).toMatchObject({ kind: 'approved' });
    outcomes.push(await issuer.authorize(request));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(outcomes[0]).toMatchObject({ kind: 'approved' });
  });

  it('is no replay after a crash between counter and booking, also where the card has paid since', async () => {
    const crashed = await chipRequest(0);
    const chips = await IssuerChips.open(connection, secrets, TEST_ISSUER_KEY, false);
    expect(await chips.refusal(crashed, noon.now())).toBeNull();
    expect(await authorize(1)).toMatchObject({ kind: 'approved' });
    expect(await issuer.authorize(crashed)).toMatchObject({ kind: 'approved' });
    expect(await connection.collection('issuer_chips').findOne({})).toMatchObject({ counter: 2, open: [] });
  });

  it('is used up by a payment that fails for another reason, and not by a false cryptogram', async () => {
    const blocked = await chipRequest(0);
    await connection
      .collection('issuer_cards')
      .updateOne({ _id: cardId(card.name) as never }, { $set: { blockedFor: 'lost' } });
    expect(await issuer.authorize(blocked)).toMatchObject({ reasonCode: 'RISK.CARD_BLOCKED' });
    issuer = await open();
    const again = { ...blocked, transactionId: newId('transaction') };
    expect(await issuer.authorize(again)).toMatchObject(REPLAYED);
    const forged = new Sensitive(
      await chipData(card, { counter: 9, issuerKey: new Sensitive(new Uint8Array(16)) }, noon.now()),
    );
    expect(await issuer.authorize({ ...(await chipRequest(0)), field55: forged })).toMatchObject({
      reasonCode: 'RISK.CRYPTOGRAM_WRONG',
      facts: { reason: 'cryptogram' },
    });
    expect(await authorize(1)).toMatchObject({ kind: 'approved' });
  });

  it('is made for this amount, and about today', async () => {
    const request = await chipRequest(0);
    const dearer = { ...request, amount: Money.of(1_251n, 'CNY') };
    const wrong = (reason: string) => ({ reasonCode: 'RISK.CRYPTOGRAM_WRONG', facts: { reason } });
    expect(await issuer.authorize(dearer)).toMatchObject(wrong('other-payment'));
    const [tomorrow, later] = [nextDay, { now: () => new Date('2026-07-03T00:00:00Z') }];
    issuer = await open({ clock: later });
    expect(await issuer.authorize(await chipRequest(1))).toMatchObject(wrong('date'));
    issuer = await open({ clock: tomorrow });
    expect(await issuer.authorize(await chipRequest(1))).toMatchObject({ kind: 'approved' });
  });

  it('is not heard by an issuer without a chip key', async () => {
    issuer = await open({ chipKey: null });
    expect(await authorize(0)).toMatchObject({
      reasonCode: 'RISK.DECLINED_BY_ISSUER',
      facts: { reason: 'chip-key-missing' },
    });
  });
});
