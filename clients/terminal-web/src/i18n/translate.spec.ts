import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { en } from './en.js';
import { nextStepOf } from './reasons-en.js';
import type { RoomTexts } from './room-texts.js';
import { amountText, DICTIONARIES, locale, LOCALES, preferredLocale, reasonFor, REASONS, t } from './translate.js';

const params = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
/** Every code of the HTTP API that a terminal can see, and those of the reader port. */
const CODES =
  `ORDERS.EXPIRED ORDERS.CLAIMED_BY_OTHER_TERMINAL ORDERS.NOT_CLAIMED ORDERS.ALREADY_PAYING ORDERS.ALREADY_PAID
  ORDERS.CANCELED ORDERS.NOT_FOUND TRANSACTIONS.KSN_REPLAYED TRANSACTIONS.AMOUNT_CHANGED TRANSACTIONS.DIGEST_MISMATCH
  CARD.ENVELOPE_FORGED CARD.ENVELOPE_INVALID CARD.SUITE_UNKNOWN CARD.KSN_INVALID CARD.TRACK2_INVALID CARD.PAN_INVALID
  CARD.READER_DATA_INVALID
  RISK.PIN_WRONG RISK.PIN_REQUIRED RISK.CARD_BLOCKED RISK.INSUFFICIENT_FUNDS RISK.CARD_EXPIRED RISK.CARD_UNKNOWN
  RISK.AMOUNT_LIMIT RISK.VELOCITY RISK.DECLINED_BY_ISSUER RISK.ISSUER_UNAVAILABLE ACCOUNTS.CREDENTIALS_WRONG
  ACCOUNTS.MOBILE_CODE_WRONG ACCOUNTS.MOBILE_CODE_EXPIRED ACCOUNTS.MOBILE_CODE_TOO_OFTEN ACCOUNTS.MOBILE_UNAVAILABLE
  ACCOUNTS.READER_NOT_FOUND ACCOUNTS.READER_STATE ACCOUNTS.READER_LOST ACCOUNTS.READER_FOREIGN
  ACCOUNTS.POSTAL_ADDRESS_MISSING ACCOUNTS.BIOMETRIC_UNKNOWN ACCOUNTS.BIOMETRIC_WRONG
  ACCOUNTS.BIOMETRIC_REGISTRATION_WRONG GATEWAY.UNAVAILABLE`.split(/\s+/);

afterEach(() => {
  locale.value = 'en';
});

describe.each(['en', 'zh-CN'] as const)('the texts in %s', (language) => {
  it('are complete, filled, and have the same places to fill', () => {
    const dictionary = DICTIONARIES[language];
    expect(Object.keys(dictionary).toSorted()).toEqual(Object.keys(en).toSorted());
    for (const [key, text] of Object.entries(dictionary)) {
      expect([key, text.trim() === text && text !== '']).toEqual([key, true]);
      expect([key, params(text)]).toEqual([key, params(en[key as keyof typeof en])]);
    }
  });

  it('have a sentence for every code of the API and of the readers', () => {
    const driver = readFileSync(new URL('../reader/reader-driver.ts', import.meta.url), 'utf8');
    const faults = driver.match(/READER\.[A-Z0-9_]+/g) ?? [];
    expect(faults.length).toBeGreaterThan(5);
    // What a transaction may end with is said where it is decided.
    const room = (path: string) => readFileSync(new URL(`../../../../services/${path}`, import.meta.url), 'utf8');
    const decided = room('transactions/src/domain/transaction-errors.ts') + room('risk/src/domain/assessment.ts');
    const inner = /NOT_FOUND|MOVE_NOT_ALLOWED|DERIVATION_ID|INITIAL_KEY|ASSESSMENT_INVALID/;
    const said = decided.match(/(?<=')(?:RISK|TRANSACTIONS)\.[A-Z0-9_]+(?=')/g) ?? [];
    const reasons = said.filter((code) => !inner.test(code));
    expect(reasons.length).toBeGreaterThan(15);
    for (const code of [...CODES, ...faults, ...reasons]) expect(REASONS[language]).toHaveProperty([code]);
    expect(Object.keys(REASONS[language]).toSorted()).toEqual(Object.keys(REASONS.en).toSorted());
  });
});

describe('the texts that come with a page', () => {
  const folder = new URL('./rooms/', import.meta.url);
  const rooms = readdirSync(folder);

  it.each(rooms)('of %s are complete in each language, filled, and have the same places to fill', async (room) => {
    const { texts } = (await import(new URL(room, folder).href)) as { texts: RoomTexts<string> };
    expect(Object.keys(texts).toSorted()).toEqual([...LOCALES].toSorted());
    for (const dictionary of Object.values(texts)) {
      expect(Object.keys(dictionary)).toEqual(Object.keys(texts.en));
      for (const [key, text] of Object.entries(dictionary)) {
        expect([key, text.trim() === text && text !== '']).toEqual([key, true]);
        expect([key, params(text)]).toEqual([key, params(texts.en[key] ?? '')]);
      }
    }
  });
});

describe('translate', () => {
  it('shows amounts as people write them, exactly', () => {
    const large = { amountMinor: '8999999999999', currency: 'CNY' };
    expect(amountText(large)).toBe('CN¥89,999,999,999.99');
    locale.value = 'zh-CN';
    expect(amountText({ amountMinor: '12850', currency: 'CNY' })).toBe('¥128.50');
    expect(amountText({ amountMinor: '500', currency: 'JPY' })).toContain('500');
  });

  it('shows a code it does not know', () => {
    expect(reasonFor('ORDERS.BRAND_NEW').todo).toContain('ORDERS.BRAND_NEW');
    expect(t('pay.confirm', { amount: 'x' })).toBe('Confirm x');
  });

  it('offers the step that fits the reason', () => {
    expect(nextStepOf('RISK.PIN_WRONG')).toBe('again');
    expect(nextStepOf('RISK.CARD_BLOCKED')).toBe('other-card');
    expect(nextStepOf('ORDERS.ALREADY_PAID')).toBe('back');
    expect(nextStepOf('CARD.KSN_INVALID')).toBe('log-in');
  });

  it('takes the kept language before the browser’s', () => {
    expect(preferredLocale('en', ['zh-CN'])).toBe('en');
    expect(preferredLocale(null, ['zh-Hans', 'en'])).toBe('zh-CN');
    expect(preferredLocale('fr', ['fr'])).toBe('en');
  });
});
