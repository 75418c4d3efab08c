import { describe, expect, it } from '@jest/globals';
import { aPaidOrder } from '../../test/builders/a-paid-order.js';
import { writeBill } from './bill.js';

describe('a bill', () => {
  it('tells in Chinese what was paid, to whom, with which card', () => {
    const { subject, text, html } = writeBill(aPaidOrder(), 'zh-CN');
    expect(subject).toBe('账单:向 茶店 Tea & Co 支付 ¥25.00');
    for (const fact of ['Long Jing', '× 2', '¥12.50', '¥25.00', '银联 •••• 0018', 'A1B2C3', aPaidOrder().id, 'A-17']) {
      expect(text).toContain(fact);
    }
    expect(html).toContain('<html lang="zh-CN">');
    expect(html).toContain('授权码');
  });

  it('tells the same in English', () => {
    const { subject, text } = writeBill(aPaidOrder(), 'en');
    expect(subject).toBe('Your bill: CN¥25.00 to 茶店 Tea & Co');
    expect(text).toContain('Authorization code: A1B2C3');
    expect(text).toContain('UnionPay •••• 0018');
    expect(text).toContain('net weight: 50 g');
  });

  it('is a receipt of money received for the payee of a collect order', () => {
    expect(writeBill({ ...aPaidOrder(), kind: 'collect' }, 'en').subject).toBe('Money received: CN¥25.00');
    expect(writeBill({ ...aPaidOrder(), kind: 'collect' }, 'zh-CN').text).toContain('刷卡收款已完成');
  });

  it('lets no text of a merchant become markup', () => {
    const attack = `<img src=x onerror="alert(1)">&'`;
    const order = { ...aPaidOrder(), payeeName: attack, merchantReference: attack };
    const { html } = writeBill(
      { ...order, lines: [{ ...order.lines[0]!, name: attack, attributes: { [attack]: attack } }] },
      'en',
    );
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;');
  });

  it('keeps amounts exact beyond what a number can hold, and currencies without minor units whole', () => {
    expect(writeBill({ ...aPaidOrder(), amountMinor: '8999999999999', currency: 'USD' }, 'en').subject).toContain(
      '$89,999,999,999.99',
    );
    expect(writeBill({ ...aPaidOrder(), amountMinor: '2500', currency: 'JPY' }, 'en').subject).toContain('¥2,500');
  });
});
