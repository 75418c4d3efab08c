/** The terminal without its pages: runs in a browser and in Node, knows no DOM. */
export { enrol } from './account/enrol.js';
export {
  TerminalKeys,
  terminalOf,
  type KeyStorage,
  type TerminalState,
  type TransactionKeys,
} from './account/terminal-keys.js';
export { termsOf, type Order, type OrderStatus } from './gateway/order.js';
export { codeOf, isTransient, Problem } from './gateway/problem.js';
export type { Registration, Session } from './gateway/session.js';
export {
  TerminalApi,
  type CollectOrder,
  type TerminalApiOptions,
  type TransactionBody,
} from './gateway/terminal-api.js';
export { isFinal, type Transaction, type TransactionStatus } from './gateway/transaction.js';
export { claimOrder } from './payment/claim-order.js';
export { orderDigest } from './payment/order-digest.js';
export { preparePayment, type PreparedPayment } from './payment/prepare-payment.js';
export { sealTransaction, type SecurityCheck } from './payment/seal-transaction.js';
export { pinRequired, securityChecks, type Check } from './payment/security-checks.js';
export { signatureDigest, type Signature } from './payment/signature.js';
export type { Submission, SubmissionStorage } from './payment/submission.js';
export { submitPayment } from './payment/submit-payment.js';
export { waitForOutcome, type Outcome, type WaitOptions } from './payment/wait-for-outcome.js';
export { cardRead, type CardRead } from './reader/card-read.js';
export type { PresentedCard } from './reader/presented-card.js';
export { recordOf, searchRecords, type PaymentRecord, type RecordStorage } from './records/payment-record.js';
export { MemoryStore } from './store/memory-store.js';
export { Device } from './store/sealed-store.js';
export type { Store } from './store/store.js';
