import type { TerminalKeys } from '../account/terminal-keys.js';
import type { PresentedCard } from '../reader/presented-card.js';
import { exclusively } from '../store/exclusively.js';
import type { PreparedPayment } from './prepare-payment.js';
import { sealTransaction, type SecurityCheck } from './seal-transaction.js';
import { shownCard, type Submission, type SubmissionStorage } from './submission.js';

/**
 * Seals the transaction and stores it, ready for `waitForOutcome`. If the order has a submission on its way already,
 * that one is returned and nothing is sealed: a second click is not a second payment.
 */
export function submitPayment(
  keys: Pick<TerminalKeys, 'terminalId' | 'next'>,
  storage: SubmissionStorage,
  payment: PreparedPayment,
  card: PresentedCard,
  security: SecurityCheck,
  accountId: string,
): Promise<Submission> {
  const { order } = payment;
  return exclusively(`payment:${order.id}`, async () => {
    const underWay = await storage.get(order.id);
    if (underWay) return underWay;
    const { terminalId } = keys;
    const body = sealTransaction(await keys.next(), payment, card, security, { terminalId, now: new Date() });
    const submission: Submission = { accountId, terminalId, order, card: shownCard(card), body };
    await storage.put(order.id, accountId, submission);
    return submission;
  });
}
