import { DomainError } from '@openswipe/kernel';

const invalid = (code: string, message: string, param: string): DomainError =>
  new DomainError(code, message, { param });
const conflict = (code: string, message: string, facts: Readonly<Record<string, string>> = {}): DomainError =>
  new DomainError(code, message, { kind: 'conflict', facts });

/** Every refusal of this room, one code each. */
export const refusals = {
  /** Also for another owner's order: whether it exists is nobody else's business. */
  notFound: () => new DomainError('ORDERS.NOT_FOUND', 'There is no such order', { kind: 'not-found' }),
  expired: (expiresAt: Date) =>
    new DomainError('ORDERS.EXPIRED', 'The order has expired', {
      kind: 'gone',
      facts: { expiresAt: expiresAt.toISOString() },
    }),
  canceled: () => conflict('ORDERS.CANCELED', 'The order was canceled'),
  alreadyPaid: () => conflict('ORDERS.ALREADY_PAID', 'The order is paid'),
  alreadyPaying: (transactionId: string) =>
    conflict('ORDERS.ALREADY_PAYING', 'A transaction is under way on this order', { transactionId }),
  notClaimed: () => conflict('ORDERS.NOT_CLAIMED', 'The terminal must claim the order first'),
  notPending: () => conflict('ORDERS.NOT_PENDING', 'The order does not wait for a terminal'),
  claimedByOtherTerminal: (terminalId: string, expiresAt: Date) =>
    conflict('ORDERS.CLAIMED_BY_OTHER_TERMINAL', 'Another terminal has claimed the order', {
      terminalId,
      claimExpiresAt: expiresAt.toISOString(),
    }),
  accountAlreadyNamed: () => conflict('ORDERS.ACCOUNT_ALREADY_NAMED', 'The order already waits for another account'),
  cancelForbidden: () =>
    new DomainError('ORDERS.CANCEL_FORBIDDEN', 'Only the merchant or the checkout page may cancel this order', {
      kind: 'forbidden',
    }),
  idempotencyKeyReused: () =>
    conflict('ORDERS.IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used for another request'),
  idempotencyKeyInvalid: () =>
    invalid('ORDERS.IDEMPOTENCY_KEY_INVALID', 'An idempotency key has 1 to 255 characters', 'idempotencyKey'),
  fingerprintInvalid: () =>
    invalid('ORDERS.FINGERPRINT_INVALID', 'The fingerprint is a SHA-256 in 64 hex digits', 'fingerprint'),
  kindInvalid: () => invalid('ORDERS.KIND_INVALID', 'An order is either to pay or to collect', 'kind'),
  payeeInvalid: () => invalid('ORDERS.PAYEE_INVALID', 'The payee is a merchant or an account', 'payeeId'),
  accountInvalid: () => invalid('ORDERS.ACCOUNT_INVALID', 'The target is not a valid account id', 'account'),
  terminalInvalid: () => invalid('ORDERS.TERMINAL_INVALID', 'This is not a valid terminal id', 'terminalId'),
  collectForOther: () =>
    invalid('ORDERS.COLLECT_FOR_OTHER', 'A collect order pays the account on whose terminal it is swiped', 'account'),
  amountInvalid: () => invalid('ORDERS.AMOUNT_INVALID', 'The amount must be more than zero', 'amountMinor'),
  lineInvalid: (index: number, rule: string) => invalid('ORDERS.LINE_INVALID', rule, `lines.${index}`),
  linesTooMany: (max: number) => invalid('ORDERS.LINES_TOO_MANY', `An order has at most ${max} lines`, 'lines'),
  linesDoNotAddUp: (sum: bigint, total: bigint) =>
    new DomainError('ORDERS.LINES_DO_NOT_ADD_UP', 'The lines do not add up to the amount', {
      param: 'lines',
      facts: { linesMinor: sum.toString(), amountMinor: total.toString() },
    }),
  textTooLong: (param: string, max: number) =>
    invalid('ORDERS.TEXT_TOO_LONG', `At most ${max} characters are allowed here`, param),
  textMissing: (param: string) => invalid('ORDERS.TEXT_MISSING', 'A text is required here', param),
  urlInvalid: (param: string) =>
    invalid('ORDERS.URL_INVALID', 'An https URL is required (http only for localhost)', param),
  expiryInvalid: (min: number, max: number) =>
    invalid('ORDERS.EXPIRY_INVALID', `The time to pay is ${min} to ${max} seconds`, 'expiresInSeconds'),
  pageSizeInvalid: (max: number) => invalid('ORDERS.PAGE_SIZE_INVALID', `A page has 1 to ${max} orders`, 'pageSize'),
} as const;
