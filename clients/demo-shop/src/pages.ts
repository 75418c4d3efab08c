import { Money } from '@openswipe/kernel';
import { CATALOGUE, CURRENCY, type Language } from './catalogue.js';
import type { Purchase } from './journal.js';

const TEXT = {
  en: {
    title: 'Openswipe tea shop',
    lead: 'A small shop for trying out card payments with your own reader. Nothing is shipped, no real card works.',
    buy: 'Buy',
    quantity: 'Quantity',
    orders: 'Your orders',
    none: 'No orders yet.',
    thanks: 'Thank you',
    paid: 'Your payment has arrived. The order is on its way to your records.',
    open: 'Your order is not paid yet. This page shows its state when you reload it.',
    canceled: 'The order was canceled. Nothing was charged.',
    untrusted: 'The address of this page was changed on the way; the state below comes from the platform itself.',
    back: 'Back to the shop',
    failed: 'The payment platform does not answer. Nothing was ordered; please try again.',
    other: '中文',
  },
  'zh-CN': {
    title: 'Openswipe 茶铺',
    lead: '一家用来体验自带读卡器刷卡支付的小店。不会发货,真实银行卡无法使用。',
    buy: '购买',
    quantity: '数量',
    orders: '我的订单',
    none: '还没有订单。',
    thanks: '谢谢惠顾',
    paid: '已收到您的付款,订单已记录。',
    open: '订单尚未付款。刷新本页可查看最新状态。',
    canceled: '订单已取消,未扣款。',
    untrusted: '本页地址在途中被改动;以下状态直接来自支付平台。',
    back: '返回店铺',
    failed: '支付平台没有应答。尚未下单,请重试。',
    other: 'English',
  },
} as const;

const STATUS: Record<Language, Record<string, string>> = {
  en: { paid: 'paid', canceled: 'canceled', expired: 'expired', created: 'open', pending: 'waiting for your terminal' },
  'zh-CN': { paid: '已付款', canceled: '已取消', expired: '已过期', created: '待付款', pending: '等待终端确认' },
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const amount = (minor: string | bigint, currency: string, language: Language): string =>
  new Intl.NumberFormat(language, { style: 'currency', currency }).format(
    Money.of(BigInt(minor), currency).toDecimal() as unknown as number,
  );

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif}
body{margin:0 auto;max-width:44rem;padding:1rem;background:Canvas;color:CanvasText}
header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem}
h1{font-size:1.5rem;margin:.5rem 0}a{color:LinkText}
.goods{list-style:none;padding:0;display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))}
.goods li{border:1px solid color-mix(in srgb,CanvasText 20%,Canvas);border-radius:.75rem;padding:1rem}
.goods h2{font-size:1.1rem;margin:0}.price{font-size:1.25rem;font-weight:600;margin:.5rem 0}
dl{margin:0;display:grid;grid-template-columns:auto 1fr;gap:0 .75rem;font-size:.9rem}dd{margin:0}
form{display:flex;gap:.5rem;align-items:end;margin-top:.75rem}label{font-size:.85rem}
input{display:block;font:inherit;width:4rem;padding:.4rem;min-height:44px;box-sizing:border-box}
button{font:inherit;font-weight:600;min-height:44px;padding:.4rem 1.2rem;border:0;border-radius:.5rem;background:#0b5c4a;color:#fff}
button:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid #e39b1a;outline-offset:2px}
table{border-collapse:collapse;width:100%}td{padding:.4rem .5rem .4rem 0;border-top:1px solid color-mix(in srgb,CanvasText 20%,Canvas)}
td:last-child{text-align:right}.state{font-size:1.1rem}`;

/** Content-Security-Policy of every page: no script at all. */
export const policyFor = (nonce: string): string =>
  `default-src 'none'; style-src 'nonce-${nonce}'; form-action *; frame-ancestors 'none'; base-uri 'none'`;

function page(language: Language, nonce: string, path: string, title: string, body: string): string {
  const other = language === 'en' ? 'zh-CN' : 'en';
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title>
<style nonce="${nonce}">${STYLE}</style></head><body><header><h1>${escape(title)}</h1>
<a href="${escape(`${path}${path.includes('?') ? '&' : '?'}lang=${other}`)}" lang="${other}">${TEXT[language].other}</a></header>
<main>${body}</main></body></html>`;
}

/** `attempt` goes into each form: a double click sends the same idempotency key, so it makes one order. */
export function shopPage(language: Language, nonce: string, attempt: string, purchases: readonly Purchase[]): string {
  const text = TEXT[language];
  const goods = CATALOGUE.map((product) => {
    const facts = Object.entries(product.attributes[language])
      .map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`)
      .join('');
    return `<li><h2>${escape(product.name[language])}</h2><p class="price">${amount(product.unitAmountMinor, CURRENCY, language)}</p>
<dl>${facts}</dl><form method="post" action="/buy"><input type="hidden" name="product" value="${product.id}">
<input type="hidden" name="attempt" value="${attempt}"><input type="hidden" name="lang" value="${language}">
<label>${text.quantity}<input name="quantity" type="number" min="1" max="99" value="1" required></label>
<button>${text.buy}</button></form></li>`;
  }).join('');
  const rows = purchases.slice(0, 10).map(
    (
      purchase,
    ) => `<tr><td><a href="/thanks?order=${escape(purchase.orderId)}&lang=${language}">${escape(purchase.names)}</a></td>
<td>${escape(STATUS[language][purchase.status] ?? purchase.status)}</td><td>${amount(purchase.amountMinor, purchase.currency, language)}</td></tr>`,
  );
  const orders = rows.length === 0 ? `<p>${text.none}</p>` : `<table><tbody>${rows.join('')}</tbody></table>`;
  const body = `<p>${text.lead}</p><ul class="goods">${goods}</ul><h2>${text.orders}</h2>${orders}`;
  return page(language, nonce, '/', text.title, body);
}

export function returnPage(language: Language, nonce: string, purchase: Purchase, trusted: boolean): string {
  const text = TEXT[language];
  const state = purchase.status === 'paid' ? text.paid : purchase.status === 'canceled' ? text.canceled : text.open;
  const body = `${trusted ? '' : `<p role="status">${text.untrusted}</p>`}<p class="state" data-status="${escape(purchase.status)}">${state}</p>
<p>${escape(purchase.names)} · <strong>${amount(purchase.amountMinor, purchase.currency, language)}</strong></p>
<p><small>${escape(purchase.orderId)}</small></p><p><a href="/?lang=${language}">${text.back}</a></p>`;
  return page(language, nonce, `/thanks?order=${purchase.orderId}`, text.thanks, body);
}

export function problemPage(language: Language, nonce: string): string {
  const text = TEXT[language];
  const body = `<p role="alert">${text.failed}</p><p><a href="/?lang=${language}">${text.back}</a></p>`;
  return page(language, nonce, '/', text.title, body);
}
