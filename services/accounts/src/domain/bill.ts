import { Money } from '@openswipe/kernel';
import type { Locale } from './account.js';
import { BILL_WORDS, type BillWords } from './bill-words.js';
import { composeLetter, type Fact, type Letter } from './letter.js';
import type { OrderSnapshot, OrderSnapshotLine, SnapshotPayment } from './order-snapshot.js';

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
  const lines = order.lines.map((line) => lineOf(line, order.currency, locale));
  return composeLetter({
    locale,
    subject,
    lead,
    facts: factsOf(order, payment, amount, words, locale),
    items: { head: [words.item, words.quantity, words.unitPrice], rows: lines },
    itemLines: lines.map(([name, quantity, unitPrice]) => `- ${name} × ${quantity}, ${unitPrice}`),
    foot: words.foot,
  });
}

function factsOf(
  order: OrderSnapshot,
  payment: SnapshotPayment,
  amount: string,
  words: BillWords,
  locale: Locale,
): Fact[] {
  const brand = words.brand[payment.card.brand] ?? payment.card.brand;
  return [
    [words.payee, order.payeeName],
    [words.amount, amount],
    [words.card, `${brand} •••• ${payment.card.last4}`],
    [words.authorizationCode, payment.authorizationCode],
    [words.orderId, order.id],
    [words.merchantReference, order.merchantReference],
    [words.paidAt, timeText(payment.paidAt, locale)],
  ];
}

type BillLine = readonly [name: string, quantity: string, unitPrice: string];

function lineOf(line: OrderSnapshotLine, currency: string, locale: Locale): BillLine {
  const attributes = Object.entries(line.attributes).map(([name, value]) => `${name}: ${value}`);
  const name = attributes.length === 0 ? line.name : `${line.name} (${attributes.join(', ')})`;
  return [name, String(line.quantity), moneyText(line.unitAmountMinor, currency, locale)];
}

function moneyText(amountMinor: string, currency: string, locale: Locale): string {
  const decimal = Money.of(BigInt(amountMinor), currency).toDecimal();
  // Intl takes decimal text exactly; a number would not be exact.
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(decimal as Intl.StringNumericLiteral);
}

const timeText = (iso: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long', timeZone: 'UTC' }).format(new Date(iso));
