import {
  KeySerialNumber,
  parseTrack2,
  track2Of,
  type Envelope,
  type Track2,
  type TransactionData,
} from '@openswipe/card';
import { DomainError, type Clock, type Sensitive } from '@openswipe/kernel';
import { cardSummaryOf } from '../domain/card.js';
import { requireAgreedFee, type HeldOrder } from '../domain/held-order.js';
import { ksnForeign, ksnReplayed, pinReplayed } from '../domain/transaction-errors.js';
import { isFinal } from '../domain/transaction-status.js';
import { holdOrder, reject, submit, verify, type Reason, type Transaction } from '../domain/transaction.js';
import type { ConsumeKsns } from './consume-ksns.js';
import type { OpenEnvelope, OpenedEnvelope } from './open-envelope.js';
import type { CardDataSealer, CardVault, Change, Orders, TransactionStore } from './ports.js';

export interface SubmittedTransaction {
  readonly transactionId: string;
  readonly orderId: string;
  readonly accountId: string;
  readonly terminalId: string;
  readonly envelope: Envelope;
  readonly submittedAt: Date;
  readonly causationId: string;
}

interface Submitted {
  readonly submission: SubmittedTransaction;
  readonly transaction: Transaction;
}
interface Held extends Submitted {
  readonly order: HeldOrder;
}
interface Opened extends Held, OpenedEnvelope {}
interface Checked extends Opened {
  readonly track2: Track2;
}

/**
 * One Kafka batch from the gateway: each transaction ends as `verified`, with its card data sealed for risk, or as
 * `rejected` with the reason. Every step may run again: a transaction that is not `submitted` any more is left alone,
 * and until then insert, hold, counter and vault give the same answer to the same transaction.
 */
export class AcceptSubmittedTransactions {
  constructor(
    private readonly transactions: TransactionStore,
    private readonly orders: Orders,
    private readonly openEnvelope: OpenEnvelope,
    private readonly consumeKsns: ConsumeKsns,
    private readonly vault: CardVault,
    private readonly sealer: CardDataSealer,
    private readonly clock: Clock,
  ) {}

  /** Gives the changes it made. */
  async execute(records: readonly SubmittedTransaction[]): Promise<readonly Change[]> {
    const batch = new Batch(this.clock.now());
    const submitted = await this.#insert(records, batch.at);
    if (submitted.length === 0) return [];
    const held = await this.#hold(submitted, batch);
    const opened = batch.pass(held, (item) => ({ ...item, ...this.openEnvelope.execute(item.submission, item.order) }));
    const fresh = await this.#consumeKsns(opened, batch);
    const checked = batch.pass(fresh, (item) => ({ ...item, track2: check(item.data, item.ksn, item.order) }));
    await this.#verify(checked, batch);
    if (!(await this.transactions.save(batch.changes))) await this.#repeatConclusions(batch);
    return batch.changes;
  }

  async #insert(records: readonly SubmittedTransaction[], at: Date): Promise<readonly Submitted[]> {
    const byId = new Map(records.map((record) => [record.transactionId, record]));
    const arrived = [...byId.values()].map((record) => submit({ ...record, id: record.transactionId }, at));
    const known = await this.transactions.insert(arrived);
    return known.flatMap((transaction) => {
      const submission = byId.get(transaction.id);
      return submission && transaction.status === 'submitted' ? [{ submission, transaction }] : [];
    });
  }

  async #hold(submitted: readonly Submitted[], batch: Batch): Promise<readonly Held[]> {
    const results = await this.orders.beginPayments(submitted.map(({ submission }) => submission));
    return submitted.flatMap((item, i) => {
      const result = results[i];
      if (result && 'order' in result) {
        return [{ ...item, transaction: holdOrder(item.transaction, result.order), order: result.order }];
      }
      if (result) batch.reject(item, result.refusal);
      return [];
    });
  }

  /**
   * After the envelope is open, never before: only the holder of the terminal's key makes one that authenticates, so
   * a forger who guesses counters cannot burn them and lock the terminal out.
   */
  async #consumeKsns(opened: readonly Opened[], batch: Batch): Promise<readonly Opened[]> {
    const verdicts = await this.consumeKsns.execute(
      opened.map(({ submission: { transactionId, terminalId }, ksn: { initialKeyId, counter } }) => ({
        transactionId,
        terminalId,
        initialKeyId,
        counter,
      })),
    );
    return batch.pass(opened, (item) => {
      const verdict = verdicts.get(item.transaction.id);
      if (verdict === 'replayed') throw ksnReplayed();
      if (verdict !== 'passed') throw ksnForeign();
      return item;
    });
  }

  async #verify(checked: readonly Checked[], batch: Batch): Promise<void> {
    const tokens = await this.vault.tokenise(checked.map(({ track2 }) => track2.pan));
    checked.forEach(({ submission, transaction, data, track2 }, i) => {
      const { card, security } = data.reveal('card summary and sealing for risk');
      const summary = cardSummaryOf(track2, card, tokens[i] ?? '');
      const event = {
        sealedCardData: this.sealer.seal(transaction.id, track2, security),
        pinPresent: security.pinBlock !== undefined && security.pinKsn !== undefined,
        signaturePresent: security.signature !== undefined,
      };
      batch.add(submission, transaction, verify(transaction, summary, event, batch.at));
    });
  }

  /**
   * The sweeper gave one up while this batch held its order: orders may have heard of the end before the beginning,
   * and would keep the order `paying`. It hears of the end once more.
   */
  async #repeatConclusions({ changes }: Batch): Promise<void> {
    const now = await this.transactions.load(changes.map(({ before }) => before.id));
    const ended = now.filter(({ status }) => isFinal(status));
    await this.transactions.save(
      ended.map((transaction) => ({
        before: transaction,
        transaction,
        event: { type: 'concluded' },
        causationId: transaction.id,
      })),
    );
  }
}

/** What became of one batch: a refusal ends one transaction, a fault of the world leaves the whole batch for later. */
class Batch {
  readonly changes: Change[] = [];

  constructor(readonly at: Date) {}

  pass<A extends Submitted, B>(items: readonly A[], step: (item: A) => B): readonly B[] {
    return items.flatMap((item) => {
      try {
        return [step(item)];
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        this.reject(item, error);
        return [];
      }
    });
  }

  reject({ submission, transaction }: Submitted, { code, facts }: Reason): void {
    this.add(submission, transaction, reject(transaction, { code, facts }, this.at));
  }

  add({ causationId }: SubmittedTransaction, before: Transaction, move: Omit<Change, 'before' | 'causationId'>): void {
    this.changes.push({ ...move, before, causationId });
  }
}

function check(data: Sensitive<TransactionData>, ksn: KeySerialNumber, order: HeldOrder): Track2 {
  const { fee, card, security } = data.reveal('compare fee with order, parse track 2');
  requireAgreedFee(fee, order);
  if (security.pinKsn !== undefined) requirePinOfThisTransaction(KeySerialNumber.parse(security.pinKsn), ksn);
  return parseTrack2(track2Of(card));
}

/** Both key sets of a terminal advance together: a PIN block of an earlier transaction shows by its counter. */
function requirePinOfThisTransaction(pinKsn: KeySerialNumber, dataKsn: KeySerialNumber): void {
  if (pinKsn.counter !== dataKsn.counter) throw pinReplayed();
}
