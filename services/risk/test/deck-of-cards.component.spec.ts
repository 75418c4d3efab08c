import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TEST_CARDS, testCard, testTrack2 } from '@openswipe/card/test-cards';
import { aPinPad, RunningRisk, type Terminal } from './running-risk.js';

let risk: RunningRisk;
let terminal: Terminal;
const logged: string[] = [];

beforeAll(async () => {
  // The logger goes through process.stdout where somebody listens in: all that it says is kept and searched at the end.
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => logged.push(String(text)) > 0);
  risk = await RunningRisk.start({ LOG_LEVEL: 'debug', ISSUER_TABLE: '[{"bin":"625881","checks":["biometric"]}]' });
  terminal = await risk.enrolTerminal();
});
afterAll(async () => {
  await risk?.stop();
  jest.restoreAllMocks();
});

const declined = (reasonCode: string, facts: Record<string, string> = {}) => ({
  $case: 'declined',
  declined: { reasonCode, facts },
});
const APPROVED = {
  $case: 'approved',
  approved: { authorizationCode: expect.stringMatching(/^\d{6}$/), issuerReference: expect.stringMatching(/^\d{12}$/) },
};
const UNKNOWN = { $case: 'unknown', unknown: {} };

const EXPECTED: Record<string, unknown> = {
  'unionpay-pin': APPROVED,
  'unionpay-no-pin': APPROVED,
  'visa-pin': APPROVED,
  'visa-no-pin': APPROVED,
  'mastercard-pin': APPROVED,
  'mastercard-no-pin': APPROVED,
  'unionpay-chip-pin': APPROVED,
  'visa-chip-no-pin': APPROVED,
  'unionpay-biometric': declined('RISK.BIOMETRIC_REQUIRED'),
  'insufficient-funds': declined('RISK.INSUFFICIENT_FUNDS'),
  expired: declined('RISK.CARD_EXPIRED'),
  lost: declined('RISK.CARD_BLOCKED', { reason: 'lost' }),
  'do-not-honour': declined('RISK.DECLINED_BY_ISSUER'),
  'blocked-pin': declined('RISK.CARD_BLOCKED', { reason: 'pin-tries-exceeded' }),
  'over-limit': declined('RISK.AMOUNT_LIMIT'),
  'answer-lost': UNKNOWN,
  'issuer-silent': UNKNOWN,
};

describe('the deck of test cards', () => {
  it.each(TEST_CARDS.map((card) => [card.name, card] as const))('%s gives its outcome', async (name, card) => {
    const pin = card.pin === null ? {} : { pin: card.pin };
    expect(await risk.assess(risk.verified(card, terminal, pin))).toEqual(EXPECTED[name]);
  });

  it('has no card that is unknown to the issuer, and the issuer knows no other', async () => {
    const stranger = { ...testCard('visa-no-pin'), name: 'stranger', pan: '4000000000000002' };
    expect(await risk.assess(risk.verified(stranger, terminal))).toEqual(declined('RISK.CARD_UNKNOWN'));
  });
});

describe('a PIN', () => {
  const card = testCard('visa-pin');
  const pay = (pin?: string, from = terminal) => risk.assess(risk.verified(card, from, pin ? { pin } : {}));

  it('must be there where the card asks for it', async () =>
    expect(await pay()).toEqual(declined('RISK.PIN_REQUIRED')));

  it('is not looked at where the card asks for none', async () =>
    expect(await risk.assess(risk.verified(testCard('visa-no-pin'), terminal, { pin: '9999' }))).toEqual(APPROVED));

  it('is refused under the key of another terminal, without costing a try', async () => {
    const other = { ...(await risk.enrolTerminal()), dukpt: terminal.dukpt };
    expect(await pay('0000', other)).toEqual(declined('RISK.PIN_REQUIRED', { reason: 'pin-key-unknown' }));
  });

  it('may be wrong twice; a good one gives the tries back; the third wrong one in a row blocks the card', async () => {
    expect(await pay('0000')).toEqual(declined('RISK.PIN_WRONG', { triesLeft: '2' }));
    expect(await pay('0000')).toEqual(declined('RISK.PIN_WRONG', { triesLeft: '1' }));
    expect(await pay('1234')).toEqual(APPROVED);
    expect(await pay('0000')).toEqual(declined('RISK.PIN_WRONG', { triesLeft: '2' }));
    expect(await pay('0000')).toEqual(declined('RISK.PIN_WRONG', { triesLeft: '1' }));
    const blocked = declined('RISK.CARD_BLOCKED', { reason: 'pin-tries-exceeded' });
    expect(await pay('0000')).toEqual(blocked);
    expect(await pay('1234')).toEqual(blocked);
  });
});

describe('a PIN that was entered on the reader', () => {
  const card = testCard('mastercard-pin');
  const pay = (pin: string, pad = aPinPad()) => risk.assess(risk.verified(card, terminal, { readerPin: { pad, pin } }));

  it('is read under the readers’ own BDK, and the issuer counts a wrong one', async () => {
    expect(await pay('0000')).toEqual(declined('RISK.PIN_WRONG', { triesLeft: '2' }));
    expect(await pay(card.pin ?? '')).toEqual(APPROVED);
  });

  it('costs no try where it cannot be read, or where no key for such readers is here', async () => {
    const foreign = aPinPad('tdes', new Uint8Array(16).fill(1));
    expect(await pay('0000', foreign)).toEqual(declined('RISK.PIN_REQUIRED', { reason: 'pin-block-invalid' }));
    expect(await pay('0000', aPinPad('aes'))).toEqual(declined('RISK.PIN_PAD_UNKNOWN'));
    expect(await pay('0000')).toEqual(declined('RISK.PIN_WRONG', { triesLeft: '2' }));
    expect(await pay(card.pin ?? '')).toEqual(APPROVED);
  });
});

describe('the rules', () => {
  it('decline an amount above the limit before the issuer hears of it', async () => {
    const verified = risk.verified(testCard('visa-no-pin'), terminal, { amountMinor: 5_000_001n });
    const facts = { limitMinor: '5000000', currency: 'CNY' };
    expect(await risk.assess(verified)).toEqual(declined('RISK.AMOUNT_LIMIT', facts));
    const booked = await risk.database
      .collection('issuer_authorizations')
      .findOne({ _id: verified.transactionId as never });
    expect(booked).toBeNull();
  });

  it('are kept with the outcome: reasons and version', async () => {
    const verified = risk.verified(testCard('visa-no-pin'), terminal, { amountMinor: 5_000_001n });
    await risk.assess(verified);
    const kept = await risk.database.collection('assessments').findOne({ _id: verified.transactionId as never });
    expect(kept).toMatchObject({
      status: 'declined',
      ruleVersion: 'rules-2',
      reasons: [{ from: 'amount-limit', code: 'RISK.AMOUNT_LIMIT' }],
    });
  });
});

describe('card data, after all that', () => {
  it('is in no document, record or log line', async () => {
    const collections = await risk.database.db!.listCollections({}, { nameOnly: true }).toArray();
    const documents = await Promise.all(
      collections.map(async ({ name }) =>
        JSON.stringify(await risk.database.collection(name).find({}).toArray(), asText),
      ),
    );
    const records = risk.tap.records.map(
      ({ key, value, headers }) => `${key}${asText('', value)}${JSON.stringify(headers)}`,
    );
    expect(collections.length).toBeGreaterThanOrEqual(6);
    expect(records.length).toBeGreaterThan(2 * TEST_CARDS.length);
    expect(logged.join('')).toContain('ready');

    const everything = [...documents, ...records, ...logged].join('\n');
    const secrets = TEST_CARDS.flatMap((card) => [card.pan, testTrack2(card).slice(17, -1)]);
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
    // A PIN is too short to search for as a part of anything: it must not stand anywhere by itself.
    const pins = TEST_CARDS.flatMap(({ pin }) => (pin === null ? [] : [pin]));
    expect(pins.filter((pin) => new RegExp(`(?<![0-9a-f])${pin}(?![0-9a-f])`).test(everything))).toEqual([]);
  });
});

/** Bytes as text, so that digits inside them are found. */
const asText = (_: string, value: unknown): unknown => {
  const bytes = value as { type?: string; data?: number[]; buffer?: Uint8Array } | null;
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  if (bytes?.type === 'Buffer' && bytes.data) return Buffer.from(bytes.data).toString('latin1');
  return value;
};
