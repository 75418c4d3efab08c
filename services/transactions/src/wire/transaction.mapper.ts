import {
  CardSummary as CardSummaryMessage,
  EntryMode,
  Transaction as TransactionMessage,
  TransactionStatus as StatusMessage,
  type Money as MoneyMessage,
} from '@openswipe/contracts';
import type { Money } from '@openswipe/kernel';
import type { CardSummary } from '../domain/card.js';
import type { TransactionStatus } from '../domain/transaction-status.js';
import type { Transaction } from '../domain/transaction.js';

const STATUS: Record<TransactionStatus, StatusMessage> = {
  submitted: StatusMessage.TRANSACTION_STATUS_SUBMITTED,
  verified: StatusMessage.TRANSACTION_STATUS_VERIFIED,
  authorized: StatusMessage.TRANSACTION_STATUS_AUTHORIZED,
  settled: StatusMessage.TRANSACTION_STATUS_SETTLED,
  declined: StatusMessage.TRANSACTION_STATUS_DECLINED,
  rejected: StatusMessage.TRANSACTION_STATUS_REJECTED,
  unknown: StatusMessage.TRANSACTION_STATUS_UNKNOWN,
  reversed: StatusMessage.TRANSACTION_STATUS_REVERSED,
};

const ENTRY_MODE: Record<CardSummary['entryMode'], EntryMode> = {
  magstripe: EntryMode.ENTRY_MODE_MAGSTRIPE,
  contact: EntryMode.ENTRY_MODE_CONTACT,
  contactless: EntryMode.ENTRY_MODE_CONTACTLESS,
};

export const toMoneyMessage = (money: Money | undefined): MoneyMessage | undefined =>
  money && { amountMinor: money.amountMinor, currency: money.currency };

export const toCardMessage = (card: CardSummary | undefined): CardSummaryMessage | undefined =>
  card && CardSummaryMessage.create({ ...card, entryMode: ENTRY_MODE[card.entryMode] });

export function toTransactionMessage(transaction: Transaction): TransactionMessage {
  const { id, orderId, accountId, terminalId, submittedAt, concludedAt } = transaction;
  return TransactionMessage.create({
    id,
    orderId,
    accountId,
    terminalId,
    status: STATUS[transaction.status],
    reasonCode: transaction.reason?.code ?? '',
    facts: { ...transaction.reason?.facts },
    amount: toMoneyMessage(transaction.amount),
    card: toCardMessage(transaction.card),
    authorizationCode: transaction.authorizationCode ?? '',
    journalEntryId: transaction.journalEntryId ?? '',
    submittedAt,
    concludedAt,
  });
}
