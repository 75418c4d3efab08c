import { counter } from '@openswipe/service-kit';
import type { Change } from '../application/ports.js';
import { isFinal } from '../domain/transaction-status.js';

const concluded = counter(
  'openswipe_transactions_concluded_total',
  'Transactions that reached a final state; the reason is empty where they settled',
  'status',
  'reason',
  'entry_mode',
  'reader_kind',
);

/** What a terminal may call its reader is its own affair; what is counted is of this set, or `other`. */
const READER_KINDS = new Set([
  'simulated',
  'keyboard',
  'audio-jack',
  'magtek',
  'dynaflex',
  'idtech-hid',
  'idtech-neo2',
  'smart-card',
]);

export function countConcluded(changes: readonly Change[]): void {
  for (const { before, transaction } of changes) {
    const { status, reason, card } = transaction;
    if (isFinal(before.status) || !isFinal(status)) continue;
    concluded.inc({
      status,
      reason: reason?.code ?? '',
      entry_mode: card?.entryMode ?? 'none',
      reader_kind: card && READER_KINDS.has(card.readerKind) ? card.readerKind : 'other',
    });
  }
}
