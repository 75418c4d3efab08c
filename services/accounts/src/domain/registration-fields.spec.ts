import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { parseLocale, parseMobile } from './account.js';
import { last4Of, parseBankAccount } from './bank-account.js';
import { parseEmailAddress } from './email-address.js';
import { parseWebhookUrl } from './merchant.js';
import { checkPassword } from './password.js';
import { parsePostalAddress } from './postal-address.js';
import { parseText } from './text-field.js';

const invalid = expect.objectContaining({ code: 'ACCOUNTS.FIELD_INVALID' });
const weak = expect.objectContaining({ code: 'ACCOUNTS.PASSWORD_TOO_WEAK' });

describe('an e-mail address', () => {
  it('has one key for all spellings of one mailbox', () => {
    expect(parseEmailAddress(' Li.Wei@Example.COM ')).toEqual({
      address: 'Li.Wei@Example.COM',
      key: 'li.wei@example.com',
    });
    expect(parseEmailAddress('li@例子.中国').key).toBe('li@xn--fsqu00a.xn--fiqs8s');
  });

  it.each([
    '',
    'li',
    'li@',
    '@example.com',
    'a b@example.com',
    'li@exa mple.com',
    'li@x\r\nBcc: y@z.com',
    '"li"@example.com',
    `${'a'.repeat(65)}@example.com`,
  ])('is not %j', (text) => expect(() => parseEmailAddress(text)).toThrow(invalid));
});

describe('a password', () => {
  const check = (text: string) => (): void =>
    checkPassword(new Sensitive(text), parseEmailAddress('li.wei@example.com'));

  it('may be any text that is long enough', () => {
    expect(check('correct horse battery')).not.toThrow();
    expect(check('锄禾日当午,汗滴禾下土')).not.toThrow();
  });

  it.each(['short', 'x'.repeat(257), 'aaaaaaaaaaaa', 'Password123', '1234567890', 'li.wei@example.com'])(
    'is not %j',
    (text) => expect(check(text)).toThrow(weak),
  );
});

describe('the other fields of a registration', () => {
  it('take a bank account as people write it and never print its number', () => {
    const account = parseBankAccount({
      bankCode: '102100099996',
      accountNumber: '6222 0210 0000-1234',
      holder: '李伟',
    });
    expect(account.accountNumber.reveal('test')).toBe('6222021000001234');
    expect(last4Of(account)).toBe('1234');
    expect(JSON.stringify(account)).not.toContain('62220210');
    expect(() => parseBankAccount({ bankCode: '1', accountNumber: '12345678', holder: 'x' })).toThrow(invalid);
    expect(() => parseBankAccount({ bankCode: '10210', accountNumber: '12€45678', holder: 'x' })).toThrow(invalid);
  });

  it('take mobile numbers with and without a country', () => {
    expect(parseMobile('138 0000 0000')).toBe('+8613800000000');
    expect(parseMobile('+44 7700 900123')).toBe('+447700900123');
    expect(parseMobile('')).toBeUndefined();
    expect(() => parseMobile('12345')).toThrow(invalid);
  });

  it('take a postal address with at least one line and a country', () => {
    const address = {
      recipient: '李伟',
      addressLines: ['中山路 1 号'],
      city: '上海',
      postalCode: '200000',
      country: 'CN',
    };
    expect(parsePostalAddress(address)).toEqual(address);
    expect(() => parsePostalAddress({ ...address, addressLines: [] })).toThrow(invalid);
    expect(() => parsePostalAddress({ ...address, country: 'China' })).toThrow(invalid);
  });

  it('take names that people can read', () => {
    expect(parseText('name', '  Li Wei ', 64)).toBe('Li Wei');
    for (const text of ['', 'a\u0000b', 'a\u202Eb', 'x'.repeat(65)])
      expect(() => parseText('name', text, 64)).toThrow(invalid);
  });

  it('take only http and https webhooks without credentials', () => {
    expect(parseWebhookUrl('https://shop.example/hook')).toBe('https://shop.example/hook');
    expect(parseWebhookUrl('')).toBeUndefined();
    for (const url of ['ftp://a/b', 'file:///etc/passwd', 'https://u:p@shop.example/', 'shop']) {
      expect(() => parseWebhookUrl(url)).toThrow(invalid);
    }
  });

  it('speak zh-CN to whoever asks for Chinese, else en', () => {
    expect([parseLocale('zh-TW'), parseLocale('zh'), parseLocale('fr'), parseLocale('')]).toEqual([
      'zh-CN',
      'zh-CN',
      'en',
      'en',
    ]);
  });
});
