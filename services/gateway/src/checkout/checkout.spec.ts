import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { amountText } from './amount.js';
import { html } from './html.js';
import { languageOf } from './language.js';
import { reasonOf } from './reasons.js';

const request = (acceptLanguage?: string, lang?: unknown): FastifyRequest =>
  ({ headers: { 'accept-language': acceptLanguage }, query: { lang } }) as unknown as FastifyRequest;

describe('html', () => {
  it('escapes all that is put in, and nothing twice', () => {
    const evil = `<a href="x" onclick='y'>&`;
    const inner = html`<b title="${evil}">${evil}</b>`;
    expect(html`<p>${inner}${[inner]}${false}${undefined}${0}</p>`.text).not.toContain(evil);
    expect(inner.text).toBe(
      '<b title="&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;">' +
        '&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;</b>',
    );
    expect(html`${inner}`.text).toBe(inner.text);
  });
});

describe('languageOf', () => {
  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', undefined, 'zh-CN'],
    ['zh-TW', undefined, 'zh-CN'],
    ['en-US,en;q=0.9,zh;q=0.8', undefined, 'en'],
    ['fr;q=1, en;q=0.2, zh;q=0.7', undefined, 'zh-CN'],
    ['de', undefined, 'en'],
    [undefined, undefined, 'en'],
    ['zh;q=0, en', undefined, 'en'],
    ['zh', 'en', 'en'],
    ['en', 'zh-CN', 'zh-CN'],
    ['en', ['zh-CN', 'x'], 'en'],
    ['en', '"><script>', 'en'],
  ])('takes "%s" and lang=%s for %s', (accept, lang, expected) => {
    expect(languageOf(request(accept, lang))).toBe(expected);
  });
});

describe('amountText', () => {
  it.each([
    ['1250', 'CNY', 'zh-CN', '¥12.50'],
    ['1250', 'CNY', 'en', 'CN¥12.50'],
    ['500', 'JPY', 'en', '¥500'],
    ['1500', 'KWD', 'en', 'KWD 1.500'],
    ['9000000000000', 'CNY', 'en', 'CN¥90,000,000,000.00'],
  ] as const)('shows %s minor units of %s in %s as %s', (minor, currency, language, expected) => {
    expect(amountText(minor, currency, language).replace('\u00a0', ' ')).toBe(expected);
  });
});

describe('reasonOf', () => {
  it('has words for a reason, and for one it does not know', () => {
    expect(reasonOf('RISK.PIN_WRONG', 'en')).toBe('The PIN is wrong.');
    expect(reasonOf('RISK.PIN_WRONG', 'zh-CN')).toBe('密码错误。');
    expect(reasonOf('toString', 'en')).toBe('The terminal shows the reason.');
  });
});
