import { describe, expect, it } from '@jest/globals';
import { parseTrack2 } from '@openswipe/card';
import fc from 'fast-check';
import { anAssessmentRequest } from '../../test/builders.js';
import { RuleBook } from './rule-book.js';

const limits = {
  amountLimitMinor: 5_000n,
  velocityMax: { card: 3, account: 5 },
  velocityWindowMs: 600_000,
  blocklist: new Set(['card_stolen', '40000000']),
  fallback: 'decline' as const,
};
const FIRST = { card: 1, account: 1 };
const aCard = (service = '101', readFrom: 'stripe' | 'chip' = 'stripe') => ({
  readFrom,
  serviceCode: parseTrack2(`;6225880000000001=3112${service}0000?`).serviceCode,
});
const against = (request = anAssessmentRequest(), velocity = FIRST, more = {}, card = aCard()) =>
  new RuleBook({ ...limits, ...more }).reasonsAgainst({ request, velocity, card });

describe('the rule book', () => {
  it('has nothing against an ordinary payment', () => expect(against()).toEqual([]));

  it('refuses an amount exactly when it is above the limit, in every currency', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10_000n });
    fc.assert(
      fc.property(amounts, fc.constantFrom('CNY', 'JPY', 'KWD'), (amountMinor, currency) => {
        const codes = against(anAssessmentRequest({ amountMinor, currency })).map(({ code }) => code);
        expect(codes).toEqual(amountMinor > 5_000n ? ['RISK.AMOUNT_LIMIT'] : []);
      }),
    );
  });

  it('refuses what stands behind the limit of its card or its account', () => {
    const position = fc.integer({ min: 1, max: 10 });
    fc.assert(
      fc.property(position, position, (card, account) => {
        const scopes = against(undefined, { card, account }).map(({ facts }) => facts['scope']);
        expect(scopes).toEqual([...(card > 3 ? ['card'] : []), ...(account > 5 ? ['account'] : [])]);
      }),
    );
  });

  it('counts without a limit where the limit is zero', () =>
    expect(against(undefined, { card: 99, account: 99 }, { velocityMax: { card: 0, account: 0 } })).toEqual([]));

  it.each([
    ['token', { token: 'card_stolen', bin: '62258800', last4: '0001' }],
    ['BIN', { token: 'card_1', bin: '40000000', last4: '0001' }],
  ])('refuses a card that is on the blocklist by its %s', (_, card) =>
    expect(against(anAssessmentRequest({ card }))).toEqual([
      { from: 'card-blocklist', code: 'RISK.CARD_BLOCKED', facts: { reason: 'blocklist' } },
    ]),
  );

  it.each([
    ['a stripe although there is a chip', '201', 'stripe', 'decline', ['RISK.FALLBACK_REFUSED']],
    ['a stripe although there is a national chip', '620', 'stripe', 'decline', ['RISK.FALLBACK_REFUSED']],
    ['the chip', '201', 'chip', 'decline', []],
    ['the stripe of a card without chip', '101', 'stripe', 'decline', []],
    ['a stripe although there is a chip, where that is allowed', '201', 'stripe', 'allow', []],
  ] as const)('judges %s', (_, service, readFrom, fallback, codes) => {
    const reasons = against(undefined, FIRST, { fallback }, aCard(service, readFrom));
    expect(reasons.map(({ code }) => code)).toEqual(codes);
  });

  it('gives every reason, the blocklist first', () => {
    const card = { token: 'card_stolen', bin: '62258800', last4: '0001' };
    const reasons = against(anAssessmentRequest({ card, amountMinor: 5_001n }), { card: 4, account: 6 });
    expect(reasons.map(({ from }) => from)).toEqual([
      'card-blocklist',
      'amount-limit',
      'velocity-card',
      'velocity-account',
    ]);
  });
});
