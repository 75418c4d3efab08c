import type { OrderView } from '../http/order.view.js';
import { amountText } from './amount.js';
import { html, type Html } from './html.js';
import type { Language } from './language.js';
import type { Texts } from './texts.js';

type Line = OrderView['lines'][number];

/** What is to be paid and to whom, as the platform holds it: nothing comes from the address [0026]. */
export function orderHead(order: OrderView, language: Language, texts: Texts): Html {
  return html`<header class="head">
    <p class="payee">${texts.to} <strong>${order.payeeName}</strong></p>
    <h1 class="amount">${amountText(order.amountMinor, order.currency, language)}</h1>
  </header>`;
}

export function orderDetails(order: OrderView, language: Language, texts: Texts): Html {
  return html`<section class="details" aria-label="${texts.lines}">
    ${
      order.lines.length > 0 &&
      html`<h2>${texts.lines}</h2>
        <ul class="lines">
          ${order.lines.map((line) => lineItem(line, order.currency, language, texts))}
        </ul>`
    }
    <dl>
      ${order.merchantReference !== '' && fact(texts.reference, order.merchantReference)}
      ${fact(texts.orderNumber, order.id)}
      <div class="until">
        <dt>${texts.validUntil}</dt>
        <dd><time datetime="${order.expiresAt}">${order.expiresAt.slice(0, 16).replace('T', ' ')} UTC</time></dd>
      </div>
    </dl>
    ${
      order.terms !== '' &&
      html`<details>
        <summary>${texts.terms}</summary>
        <p class="terms">${order.terms}</p>
      </details>`
    }
  </section>`;
}

const fact = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

function lineItem(line: Line, currency: string, language: Language, texts: Texts): Html {
  const { name, quantity, unitAmountMinor, attributes } = line;
  const whole = String(BigInt(unitAmountMinor) * BigInt(quantity));
  const facts = Object.entries(attributes).map(([key, value]) => `${key}: ${value}`);
  if (quantity > 1) facts.unshift(`${quantity} × ${amountText(unitAmountMinor, currency, language)} ${texts.each}`);
  return html`<li>
    <span class="name">${name}</span>
    <span class="sum">${amountText(whole, currency, language)}</span>
    ${facts.length > 0 && html`<span class="facts">${facts.join(' · ')}</span>`}
  </li>`;
}
