import { Money, parseId } from '@openswipe/kernel';
import { orderDigest } from './order-digest.js';
import type { Order, OrderKind, OrderLine } from './order.js';
import { refusals } from './orders-errors.js';

const LINES_MAX = 100;
const ATTRIBUTES_MAX = 20;
const QUANTITY_MAX = 1_000_000;
const NAME_MAX = 200;
const TERMS_MAX = 5_000;
const REFERENCE_MAX = 200;
const URL_MAX = 2_048;
const EXPIRY_DEFAULT_S = 1_800;
const EXPIRY_MIN_S = 60;
const EXPIRY_MAX_S = 86_400;

/** What a caller asks for. */
export interface OrderProposal {
  readonly kind: OrderKind;
  readonly merchantId: string;
  readonly payeeId: string;
  readonly payeeName: string;
  readonly targetAccountId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  readonly terms: string;
  readonly merchantReference: string;
  readonly returnUrl: string;
  readonly cancelUrl: string;
  /** 0 = the default of 1800. */
  readonly expiresInSeconds: number;
}

/**
 * Makes the first version of an order: `created`, or `pending` at once where the account is known. The same proposal,
 * id and time make the same order. Throws the `ORDERS.…_INVALID` family, `ORDERS.LINES_DO_NOT_ADD_UP`,
 * `KERNEL.AMOUNT_INVALID`,
 * `KERNEL.CURRENCY_UNKNOWN`.
 */
export function newOrder(proposal: OrderProposal, id: string, createdAt: Date): Order {
  checkParties(proposal);
  checkTexts(proposal);
  const total = checkedTotal(proposal);
  const { amountMinor: _amount, currency: _currency, expiresInSeconds, ...rest } = proposal;
  const targetAccountId = rest.kind === 'collect' ? rest.payeeId : rest.targetAccountId;
  const agreed = { ...rest, id, total, createdAt };
  const isNamed = targetAccountId !== '';
  const created = { status: 'created', at: createdAt } as const;
  return {
    ...agreed,
    targetAccountId,
    status: isNamed ? 'pending' : 'created',
    digest: orderDigest(agreed),
    claim: null,
    transactionId: null,
    lastFailure: null,
    payment: null,
    history: isNamed ? [created, { status: 'pending', at: createdAt }] : [created],
    version: 1n,
    changedAt: createdAt,
    expiresAt: new Date(createdAt.getTime() + checkedExpiry(expiresInSeconds) * 1_000),
  };
}

function checkParties({ kind, merchantId, payeeId, targetAccountId }: OrderProposal): void {
  const isAccount = isId('account', payeeId);
  if (!isAccount && !isId('merchant', payeeId)) throw refusals.payeeInvalid();
  if (merchantId !== '' && !isId('merchant', merchantId)) throw refusals.payeeInvalid();
  if (targetAccountId !== '' && !isId('account', targetAccountId)) throw refusals.accountInvalid();
  if (kind !== 'collect') return;
  // The money goes to the designated bank account of the terminal's own account [0062-0080].
  if (!isAccount || (targetAccountId !== '' && targetAccountId !== payeeId)) throw refusals.collectForOther();
}

function checkTexts(proposal: OrderProposal): void {
  if (proposal.payeeName.trim() === '') throw refusals.textMissing('payeeName');
  limit(proposal.payeeName, NAME_MAX, 'payeeName');
  limit(proposal.terms, TERMS_MAX, 'terms');
  limit(proposal.merchantReference, REFERENCE_MAX, 'merchantReference');
  checkUrl(proposal.returnUrl, 'returnUrl');
  checkUrl(proposal.cancelUrl, 'cancelUrl');
}

function checkedTotal({ amountMinor, currency, lines }: OrderProposal): Money {
  const total = Money.of(amountMinor, currency);
  if (total.amountMinor === 0n) throw refusals.amountInvalid();
  if (lines.length > LINES_MAX) throw refusals.linesTooMany(LINES_MAX);
  lines.forEach(checkLine);
  const sum = lines.reduce((soFar, { quantity, unitAmountMinor }) => soFar + BigInt(quantity) * unitAmountMinor, 0n);
  if (lines.length > 0 && sum !== total.amountMinor) throw refusals.linesDoNotAddUp(sum, total.amountMinor);
  return total;
}

function checkLine({ name, quantity, unitAmountMinor, attributes }: OrderLine, index: number): void {
  const pairs = Object.entries(attributes);
  if (name.trim() === '' || name.length > NAME_MAX) {
    throw refusals.lineInvalid(index, `A line has a name of 1 to ${NAME_MAX} characters`);
  }
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
    throw refusals.lineInvalid(index, `A quantity is 1 to ${QUANTITY_MAX}`);
  }
  if (unitAmountMinor < 0n) throw refusals.lineInvalid(index, 'A unit amount is not negative');
  if (pairs.length > ATTRIBUTES_MAX || pairs.flat().some((text) => text.length > NAME_MAX)) {
    throw refusals.lineInvalid(index, `A line has at most ${ATTRIBUTES_MAX} attributes of ${NAME_MAX} characters`);
  }
}

function checkedExpiry(seconds: number): number {
  if (seconds === 0) return EXPIRY_DEFAULT_S;
  if (seconds >= EXPIRY_MIN_S && seconds <= EXPIRY_MAX_S) return seconds;
  throw refusals.expiryInvalid(EXPIRY_MIN_S, EXPIRY_MAX_S);
}

function checkUrl(text: string, param: string): void {
  if (text === '') return;
  limit(text, URL_MAX, param);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\]|.+\.localhost)$/.test(url.hostname);
  const isAllowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  if (!url || !isAllowed || url.username !== '' || url.password !== '') throw refusals.urlInvalid(param);
}

function limit(text: string, max: number, param: string): void {
  if (text.length > max) throw refusals.textTooLong(param, max);
}

function isId(kind: 'account' | 'merchant', text: string): boolean {
  try {
    return parseId(kind, text) === text;
  } catch {
    return false;
  }
}
