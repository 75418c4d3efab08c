import { Money } from '@openswipe/kernel';
import type { Locale } from './account.js';
import { BILL_WORDS, type BillWords } from './bill-words.js';
import type { OrderSnapshot, OrderSnapshotLine, SnapshotPayment } from './order-snapshot.js';

export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * The bill of a paid order [0056]; for a collect order the receipt of money received, since its target is the payee.
 * Throws `RangeError` where the order carries no payment.
 */
export function writeBill(order: OrderSnapshot, locale: Locale): Letter {
  const { payment } = order;
  if (!payment) throw new RangeError('only a paid order has a bill');
  const words = BILL_WORDS[locale];
  const amount = moneyText(order.amountMinor, order.currency, locale);
  const isBill = order.kind === 'pay';
  const subject = isBill ? words.billSubject(order.payeeName, amount) : words.receiptSubject(amount);
  const lead = isBill ? words.billLead(order.payeeName) : words.receiptLead;
  const facts = factsOf(order, payment, amount, words, locale);
  const lines = order.lines.map((line) => lineOf(line, order.currency, locale));
  return {
    subject,
    text: asText(lead, facts, lines, words),
    html: asHtml({ locale, subject, lead, facts, lines, words }),
  };
}

type Fact = readonly [label: string, value: string];

function factsOf(
  order: OrderSnapshot,
  payment: SnapshotPayment,
  amount: string,
  words: BillWords,
  locale: Locale,
): Fact[] {
  const brand = words.brand[payment.card.brand] ?? payment.card.brand;
  const facts: Fact[] = [
    [words.payee, order.payeeName],
    [words.amount, amount],
    [words.card, `${brand} •••• ${payment.card.last4}`],
    [words.authorizationCode, payment.authorizationCode],
    [words.orderId, order.id],
    [words.merchantReference, order.merchantReference],
    [words.paidAt, timeText(payment.paidAt, locale)],
  ];
  return facts.filter(([, value]) => value !== '');
}

interface BillLine {
  readonly name: string;
  readonly quantity: string;
  readonly unitPrice: string;
}

function lineOf(line: OrderSnapshotLine, currency: string, locale: Locale): BillLine {
  const attributes = Object.entries(line.attributes).map(([name, value]) => `${name}: ${value}`);
  return {
    name: attributes.length === 0 ? line.name : `${line.name} (${attributes.join(', ')})`,
    quantity: String(line.quantity),
    unitPrice: moneyText(line.unitAmountMinor, currency, locale),
  };
}

function asText(lead: string, facts: readonly Fact[], lines: readonly BillLine[], words: BillWords): string {
  const items = lines.map(({ name, quantity, unitPrice }) => `- ${name} × ${quantity}, ${unitPrice}`);
  const blocks = [[lead], facts.map(([label, value]) => `${label}: ${value}`), items, [words.foot]];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

interface HtmlParts {
  readonly locale: Locale;
  readonly subject: string;
  readonly lead: string;
  readonly facts: readonly Fact[];
  readonly lines: readonly BillLine[];
  readonly words: BillWords;
}

function asHtml({ locale, subject, lead, facts, lines, words }: HtmlParts): string {
  const row = (tag: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<${tag} align="left">${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const head = row('th', [words.item, words.quantity, words.unitPrice]);
  const rows = lines.map(({ name, quantity, unitPrice }) => row('td', [name, quantity, unitPrice]));
  const style = 'border="1" cellpadding="6" style="border-collapse:collapse"';
  const items = lines.length === 0 ? '' : `<table ${style}>${head}${rows.join('')}</table>`;
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
    `<body style="font-family:sans-serif"><p>${escapeHtml(lead)}</p>`,
    `<table cellpadding="6">${facts.map((fact) => row('td', fact)).join('')}</table>`,
    items,
    `<p><small>${escapeHtml(words.foot)}</small></p></body></html>`,
  ].join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

function moneyText(amountMinor: string, currency: string, locale: Locale): string {
  const decimal = Money.of(BigInt(amountMinor), currency).toDecimal();
  // Intl takes decimal text exactly; a number would not be exact.
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(decimal as Intl.StringNumericLiteral);
}

const timeText = (iso: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long', timeZone: 'UTC' }).format(new Date(iso));
