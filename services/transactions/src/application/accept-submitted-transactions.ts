import { KeySerialNumber, type Envelope } from '@openswipe/card';
import { parseReaderKsn, type ReaderKsn } from '@openswipe/card/host';
import { DomainError, type Clock } from '@openswipe/kernel';
import { cardSummaryOf } from '../domain/card.js';
import { requireAgreedFee, type HeldOrder } from '../domain/held-order.js';
import type { ReaderCounter } from '../domain/reader-counter.js';
import type { KsnUse } from '../domain/replay-counter.js';
import type { KsnVerdict, TerminalCounter, TerminalKsnUse } from '../domain/terminal-counter.js';
import { ksnForeign, ksnReplayed, pinReplayed, readerKsnReplayed } from '../domain/transaction-errors.js';
import { isFinal } from '../domain/transaction-status.js';
import { holdOrder, reject, submit, verify, type Reason, type Transaction } from '../domain/transaction.js';
import type { AccountsQuestion, AskAccounts } from './ask-accounts.js';
import type { ConsumeKsns } from './consume-ksns.js';
import type { CardInClear, OpenCard } from './open-card.js';
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
  readonly card: CardInClear;
  readonly readerPinKsn: ReaderKsn | undefined;
}

/** What the steps of a batch are made with. */
export interface Steps {
  readonly transactions: TransactionStore;
  readonly orders: Orders;
  readonly openEnvelope: OpenEnvelope;
  readonly consumeKsns: ConsumeKsns<TerminalCounter, TerminalKsnUse, KsnVerdict>;
  readonly openCard: OpenCard;
  readonly consumeReaderKsns: ConsumeKsns<ReaderCounter, KsnUse, 'passed' | 'replayed'>;
  readonly askAccounts: AskAccounts;
  readonly vault: CardVault;
  readonly sealer: CardDataSealer;
  readonly clock: Clock;
}

/**
 * One Kafka batch from the gateway: each transaction ends as `verified`, with its card data sealed for risk, or as
 * `rejected` with the reason. Every step may run again: a transaction that is not `submitted` any more is left alone,
 * and until then insert, hold, counter and vault give the same answer to the same transaction.
 */
export class AcceptSubmittedTransactions {
  constructor(private readonly steps: Steps) {}

  /** Gives the changes it made. */
  async execute(records: readonly SubmittedTransaction[]): Promise<readonly Change[]> {
    const { transactions, openEnvelope, clock } = this.steps;
    const batch = new Batch(clock.now());
    const submitted = await this.#insert(records, batch.at);
    if (submitted.length === 0) return [];
    const held = await this.#hold(submitted, batch);
    const opened = batch.pass(held, (item) => ({ ...item, ...openEnvelope.execute(item.submission, item.order) }));
    const fresh = await this.#consumeKsns(opened, batch);
    const checked = batch.pass(fresh, (item) => ({
      ...item,
      card: this.#check(item),
      readerPinKsn: readerPinKsnOf(item.data),
    }));
    const agreed = await this.#askAccounts(checked, batch);
    await this.#verify(await this.#consumeReaderKsns(agreed, batch), batch);
    if (!(await transactions.save(batch.changes))) await this.#repeatConclusions(batch);
    return batch.changes;
  }

  async #insert(records: readonly SubmittedTransaction[], at: Date): Promise<readonly Submitted[]> {
    const byId = new Map(records.map((record) => [record.transactionId, record]));
    const arrived = [...byId.values()].map((record) => submit({ ...record, id: record.transactionId }, at));
    const known = await this.steps.transactions.insert(arrived);
    return known.flatMap((transaction) => {
      const submission = byId.get(transaction.id);
      return submission && transaction.status === 'submitted' ? [{ submission, transaction }] : [];
    });
  }

  async #hold(submitted: readonly Submitted[], batch: Batch): Promise<readonly Held[]> {
    const results = await this.steps.orders.beginPayments(submitted.map(({ submission }) => submission));
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
    const verdicts = await this.steps.consumeKsns.execute(
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

  #check({ data, ksn, order }: Opened): CardInClear {
    const { fee, card, security } = data.reveal('compare fee with order, open card');
    requireAgreedFee(fee, order);
    const { pinKsn, pinPad } = security;
    const isPagePin = pinKsn !== undefined && pinPad === undefined;
    if (isPagePin) requirePinOfThisTransaction(KeySerialNumber.parse(pinKsn), ksn);
    return this.steps.openCard.execute(card, order);
  }

  /**
   * Once the card is read, as with terminals: a card read of a reader and a PIN of its pad pay once. And once accounts
   * agreed: a PIN block proves nothing here, so else a stranger could move on the count of somebody's pad.
   */
  async #consumeReaderKsns(agreed: readonly Checked[], batch: Batch): Promise<readonly Checked[]> {
    const read = await this.#consumeReaderKsnsOf(agreed, ({ card }) => card.readerKsn, batch);
    // The pad's keys are none of the card keys, so it has a count of its own.
    const countedApart = ({ readerPinKsn }: Checked): ReaderKsn | undefined =>
      readerPinKsn && { ...readerPinKsn, initialKeyId: `pin-${readerPinKsn.initialKeyId}` };
    return this.#consumeReaderKsnsOf(read, countedApart, batch);
  }

  async #consumeReaderKsnsOf(
    items: readonly Checked[],
    ksnOf: (item: Checked) => ReaderKsn | undefined,
    batch: Batch,
  ): Promise<readonly Checked[]> {
    const uses = items.flatMap((item) => {
      const ksn = ksnOf(item);
      const { initialKeyId = '', counter = 0 } = ksn ?? {};
      return ksn ? [{ transactionId: item.transaction.id, initialKeyId, counter }] : [];
    });
    const verdicts = await this.steps.consumeReaderKsns.execute(uses);
    return batch.pass(items, (item) => {
      if (verdicts.get(item.transaction.id) === 'replayed') throw readerKsnReplayed();
      return item;
    });
  }

  /** Of what this room does not refuse by itself, replays of readers apart. */
  async #askAccounts(checked: readonly Checked[], batch: Batch): Promise<readonly Checked[]> {
    const refusals = await this.steps.askAccounts.execute(checked.map(questionOf));
    return checked.filter((item) => {
      const refusal = refusals.get(item.transaction.id);
      if (refusal) batch.reject(item, refusal);
      return refusal === undefined;
    });
  }

  async #verify(checked: readonly Checked[], batch: Batch): Promise<void> {
    const tokens = await this.steps.vault.tokenise(checked.map(({ card }) => card.track2.pan));
    checked.forEach(({ submission, transaction, data, card }, i) => {
      const { card: read, security } = data.reveal('card summary and sealing for risk');
      const summary = cardSummaryOf(card.track2, read, tokens[i] ?? '');
      const event = {
        sealedCardData: this.steps.sealer.seal(transaction.id, card, security),
        pinPresent: security.pinBlock !== undefined && security.pinKsn !== undefined,
        signaturePresent: security.signature !== undefined,
        // A wrong one was refused above.
        biometricVerified: security.biometric !== undefined,
      };
      batch.add(submission, transaction, verify(transaction, summary, event, batch.at));
    });
  }

  /**
   * The sweeper gave one up while this batch held its order: orders may have heard of the end before the beginning,
   * and would keep the order `paying`. It hears of the end once more.
   */
  async #repeatConclusions({ changes }: Batch): Promise<void> {
    const now = await this.steps.transactions.load(changes.map(({ before }) => before.id));
    const ended = now.filter(({ status }) => isFinal(status));
    await this.steps.transactions.save(
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

/** Of the PIN that the reader's own pad made a block of. */
function readerPinKsnOf(data: OpenedEnvelope['data']): ReaderKsn | undefined {
  const { pinKsn, pinPad } = data.reveal('which key of a reader made the PIN block').security;
  return pinKsn === undefined || pinPad === undefined ? undefined : parseReaderKsn(pinKsn);
}

function questionOf({ submission, transaction, order, ksn, data, card, readerPinKsn }: Checked): AccountsQuestion {
  const { biometric } = data.reveal('verify the holder').security;
  const readerKeyIds = [card.readerKsn, readerPinKsn].flatMap((of) => (of ? [of.initialKeyId] : []));
  return {
    transactionId: transaction.id,
    accountId: submission.accountId,
    terminalId: submission.terminalId,
    readerKeyIds: [...new Set(readerKeyIds)],
    ...(biometric ? { biometric: { ...biometric, orderDigest: order.digest, ksn: ksn.hex } } : {}),
  };
}

/** Both key sets of a terminal advance together: a PIN block of an earlier transaction shows by its counter. */
function requirePinOfThisTransaction(pinKsn: KeySerialNumber, dataKsn: KeySerialNumber): void {
  if (pinKsn.counter !== dataKsn.counter) throw pinReplayed();
}
