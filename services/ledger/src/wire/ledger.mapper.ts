import type { JournalEntry as JournalEntryMessage } from '@openswipe/contracts';
import {
  type Balance as BalanceMessage,
  type Payout as PayoutMessage,
  PayoutStatus as PayoutStatusMessage,
} from '@openswipe/contracts';
import type { Balance } from '../domain/balance.js';
import type { JournalEntry } from '../domain/journal-entry.js';
import type { Payout, PayoutStatus } from '../domain/payout.js';

const STATUS_MESSAGES: Record<PayoutStatus, PayoutStatusMessage> = {
  requested: PayoutStatusMessage.PAYOUT_STATUS_REQUESTED,
  sent: PayoutStatusMessage.PAYOUT_STATUS_SENT,
  confirmed: PayoutStatusMessage.PAYOUT_STATUS_CONFIRMED,
  returned: PayoutStatusMessage.PAYOUT_STATUS_RETURNED,
};

export const toEntryMessage = ({ postings, ...entry }: JournalEntry): JournalEntryMessage => ({
  ...entry,
  postings: postings.map(({ debit, credit, amount }) => ({
    debit,
    credit,
    amount: { amountMinor: amount.amountMinor, currency: amount.currency },
  })),
});

export const toBalanceMessage = (balance: Balance): BalanceMessage => ({
  ledgerAccount: balance.ledgerAccount,
  currency: balance.currency,
  postedMinor: balance.postedMinor,
  reservedMinor: balance.reservedMinor,
});

export const toPayoutMessage = ({ amount, status, changedAt: _at, ...payout }: Payout): PayoutMessage => ({
  ...payout,
  amount: { amountMinor: amount.amountMinor, currency: amount.currency },
  status: STATUS_MESSAGES[status],
});
