import { Money } from '@openswipe/kernel';
import type { PaymentRecord } from './payment-record.js';

/**
 * A table (RFC 4180) of records for a spreadsheet; the first row says what is in each column. Begins with a byte order
 * mark, without which spreadsheets take UTF-8 for something else.
 */
export function recordsCsv(head: readonly string[], records: readonly PaymentRecord[]): string {
  return `\ufeff${[head, ...records.map(row)].map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`;
}

const row = (record: PaymentRecord): readonly string[] => [
  record.paidAt,
  record.kind,
  record.payeeName,
  Money.of(BigInt(record.amountMinor), record.currency).toDecimal(),
  record.currency,
  record.refund ?? '',
  record.lines.map(({ name, quantity }) => (quantity > 1 ? `${name} × ${quantity}` : name)).join('; '),
  record.card.last4,
  record.authorizationCode,
  record.orderId,
  record.transactionId,
];

/** What begins like a formula is kept from being one: names of goods come from shops. */
function cell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
