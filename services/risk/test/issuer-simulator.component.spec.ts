import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Pan } from '@openswipe/card';
import { testCard } from '@openswipe/card/test-cards';
import { Money, Sensitive, newId } from '@openswipe/kernel';
import { connectMongo, fromInt64 } from '@openswipe/service-kit';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { IssuerLimits } from '../src/acquirer/issuer-limits.js';
import { IssuerSecrets } from '../src/acquirer/issuer-secrets.js';
import { IssuerSimulator } from '../src/acquirer/issuer-simulator.js';
import type { AuthorizationRequest } from '../src/application/ports.js';

const DAILY_LIMIT = 10_000n;
const secrets = new IssuerSecrets(new Sensitive(new Uint8Array(randomBytes(32))));
const noon = { now: () => new Date('2026-07-01T12:00:00Z') };
const nextDay = { now: () => new Date('2026-07-02T00:00:00Z') };
let connection: Awaited<ReturnType<typeof connectMongo>>;
let issuer: IssuerSimulator;

const open = (more: { reset?: boolean; clock?: typeof noon } = {}) =>
  IssuerSimulator.open(
    connection,
    secrets,
    { dailyLimitMinor: DAILY_LIMIT, reset: more.reset ?? false },
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
