import { parseId } from '@openswipe/kernel';
import { refusals } from './ledger-errors.js';

export type Side = 'debit' | 'credit';

/** Where postings land. Assets grow by debits, liabilities by credits. */
export interface LedgerAccount {
  readonly name: string;
  readonly type: 'asset' | 'liability';
  readonly normalSide: Side;
  /** mer_… or acc_…, empty for the platform's own. */
  readonly ownerId: string;
}

/** What the acquirer owes the platform for approved cards. */
export const CARD_RECEIVABLE = 'asset:card-receivable';
/** The platform's own money at its bank. */
export const BANK_CLEARING = 'asset:bank-clearing';

/** What the platform owes a payee. Throws `KERNEL.ID_INVALID`. */
export const payeeLiability = (payeeId: string): string => `liability:payee:${parsePayee(payeeId)}`;

/** What is on its way to the payee's bank account. Throws `KERNEL.ID_INVALID`. */
export const payoutInTransit = (payeeId: string): string => `liability:payout-in-transit:${parsePayee(payeeId)}`;

/** The chart of accounts. Throws `LEDGER.ACCOUNT_UNKNOWN`. */
export function parseLedgerAccount(name: string): LedgerAccount {
  if (name === CARD_RECEIVABLE || name === BANK_CLEARING) {
    return { name, type: 'asset', normalSide: 'debit', ownerId: '' };
  }
  const ownerId = /^liability:(?:payee|payout-in-transit):((?:mer|acc)_[0-9a-f]{32})$/.exec(name)?.[1];
  if (ownerId === undefined) throw refusals.ledgerAccountUnknown(name);
  return { name, type: 'liability', normalSide: 'credit', ownerId };
}

const parsePayee = (id: string): string => parseId(id.startsWith('acc_') ? 'account' : 'merchant', id);
