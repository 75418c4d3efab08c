import { TOPICS, TransactionVerified as VerifiedMessage } from '@openswipe/contracts';
import { toOutboxEntry, toRecord, type OutboxEntry } from '@openswipe/service-kit';
import type { Change } from '../application/ports.js';
import type { TransactionVerified } from '../domain/transaction-events.js';
import type { Transaction } from '../domain/transaction.js';
import { toCardMessage, toMoneyMessage, toTransactionMessage } from './transaction.mapper.js';

/** A fact keeps its event id when it is told again: `<transaction id>:verified`, `<transaction id>:concluded`. */
export function outboxOf({ transaction, event, causationId }: Change): readonly OutboxEntry[] {
  if (!event) return [];
  const { id, orderId, statusSince: at } = transaction;
  const context = { correlationId: orderId, causationId, occurredAt: at, eventId: `${id}:${event.type}` };
  const record =
    event.type === 'verified'
      ? toRecord(TOPICS.transactionVerified, orderId, toVerifiedMessage(transaction, event), context)
      : toRecord(TOPICS.transactionConcluded, orderId, { transaction: toTransactionMessage(transaction) }, context);
  return [toOutboxEntry(record, at)];
}

function toVerifiedMessage(transaction: Transaction, event: TransactionVerified): VerifiedMessage {
  const { keyId, nonce, ciphertext, tag } = event.sealedCardData;
  return VerifiedMessage.create({
    transactionId: transaction.id,
    orderId: transaction.orderId,
    accountId: transaction.accountId,
    terminalId: transaction.terminalId,
    payeeId: transaction.payeeId ?? '',
    amount: toMoneyMessage(transaction.amount),
    card: toCardMessage(transaction.card),
    sealedCardData: {
      keyId,
      nonce: Buffer.from(nonce),
      ciphertext: Buffer.from(ciphertext),
      tag: Buffer.from(tag),
    },
    pinPresent: event.pinPresent,
    signaturePresent: event.signaturePresent,
    biometricVerified: event.biometricVerified,
    verifiedAt: transaction.statusSince,
    orderDigest: transaction.orderDigest ?? '',
  });
}
