import type { Key } from '@openswipe/card';
import type { Clock } from '@openswipe/kernel';
import { Coalescer, ensureCollection, fromInt64, toInt64, insertedFirst } from '@openswipe/service-kit';
import type { Connection, mongo } from 'mongoose';
import { createHash } from 'node:crypto';
import type { Authorizer, AuthorizationOutcome, AuthorizationRequest } from '../application/ports.js';
import { declined, type Declined, type ReasonCode, type Unknown } from '../domain/assessment.js';
import { IssuerCards, cardRefusal, type IssuerCard } from './issuer-cards.js';
import { IssuerChips } from './issuer-chips.js';
import { IssuerLimits, type Hold } from './issuer-limits.js';
import type { IssuerSecrets } from './issuer-secrets.js';

/** What the issuer has booked for a transaction; inserted first, so there is one at most. */
interface AuthorizationDocument {
  /** Transaction id. */
  readonly _id: string;
  readonly state: 'approved' | 'declined' | 'reversed';
  /** Booked, but `authorize` says nothing of it. */
  readonly answerLost: boolean;
  readonly hold?: Hold;
  readonly amountMinor?: ReturnType<typeof toInt64>;
  readonly reasonCode?: ReasonCode;
  readonly facts?: Readonly<Record<string, string>>;
  readonly bookedAt: Date;
}

export interface IssuerSimulatorOptions {
  /** Open-to-buy of each card in each currency, every day (UTC) anew; minor units. */
  readonly dailyLimitMinor: bigint;
  /** Master key for application cryptograms; null: chip payments are declined. */
  readonly chipKey: Key | null;
  /** At start: PIN tries, the day's limits and the counters of chips as new. */
  readonly reset: boolean;
}

const NO_ANSWER: Unknown = { kind: 'unknown' };

/**
 * An issuer for trying the platform out: it knows the deck of test cards and no other, and no money stands behind it.
 * It keeps what an issuer must keep (PIN tries, counters of chips, open-to-buy, authorizations) in collections of its
 * own, `issuer_*`.
 */
export class IssuerSimulator implements Authorizer {
  readonly #bookings = new Coalescer((documents: readonly AuthorizationDocument[]) =>
    insertedFirst(this.authorizations, documents),
  );
  readonly #lookups = new Coalescer(async (ids: readonly string[]) => {
    const found = await this.authorizations.find({ _id: { $in: [...ids] } }).toArray();
    return ids.map((id) => found.find(({ _id }) => _id === id) ?? null);
  });

  private constructor(
    private readonly cards: IssuerCards,
    private readonly chips: IssuerChips,
    private readonly limits: IssuerLimits,
    private readonly authorizations: mongo.Collection<AuthorizationDocument>,
    private readonly clock: Clock,
  ) {}

  static async open(connection: Connection, secrets: IssuerSecrets, options: IssuerSimulatorOptions, clock: Clock) {
    const cards = await IssuerCards.open(connection, secrets, options.reset);
    const chips = await IssuerChips.open(connection, secrets, options.chipKey, options.reset);
    const limits = await IssuerLimits.open(connection, options.dailyLimitMinor, options.reset);
    const authorizations = await ensureCollection<AuthorizationDocument>(connection, 'issuer_authorizations');
    return new IssuerSimulator(cards, chips, limits, authorizations, clock);
  }

  async authorize(request: AuthorizationRequest): Promise<AuthorizationOutcome> {
    const { transactionId } = request;
    const [booked, card] = await Promise.all([this.#find(transactionId), this.cards.find(request.pan)]);
    if (booked) return booked.answerLost ? NO_ANSWER : outcomeOf(booked);
    if (!card) return this.#decline(transactionId, declined('RISK.CARD_UNKNOWN'));
    if (card.behaviour === 'silent') return NO_ANSWER;

    const outcome = await this.#decide(card, request);
    await this.chips.settle(request);
    return outcome;
  }

  async #decide(card: IssuerCard, request: AuthorizationRequest): Promise<AuthorizationOutcome> {
    const { transactionId, amount } = request;
    const refusal = await this.#refusal(card, request);
    if (refusal) return this.#decline(transactionId, refusal);
    const hold = await this.limits.take(card._id, transactionId, amount, this.#today());
    if (!hold) return this.#decline(transactionId, declined('RISK.INSUFFICIENT_FUNDS'));
    if (hold === 'settled') return this.#again(transactionId);
    return this.#approve(card, request, hold);
  }

  /** Another run of the same request has booked it meanwhile. */
  async #again(transactionId: string): Promise<AuthorizationOutcome> {
    const booked = await this.#find(transactionId);
    return booked && !booked.answerLost ? outcomeOf(booked) : NO_ANSWER;
  }

  async query(transactionId: string): Promise<AuthorizationOutcome> {
    const booked = await this.#find(transactionId);
    return booked ? outcomeOf(booked) : NO_ANSWER;
  }

  async reverse(transactionId: string): Promise<void> {
    const mark: AuthorizationDocument = {
      _id: transactionId,
      state: 'reversed',
      answerLost: false,
      bookedAt: this.clock.now(),
    };
    // Where the authorization has not arrived, the mark refuses it when it does.
    const booked = await this.#book(mark);
    if (booked.state === 'approved') {
      await this.authorizations.updateOne({ _id: transactionId, state: 'approved' }, { $set: { state: 'reversed' } });
    }
    if (booked.hold) await this.limits.giveBack(booked.hold, transactionId, fromInt64(booked.amountMinor ?? 0));
    else await this.limits.releaseOpen(transactionId);
  }

  async #refusal(card: IssuerCard, request: AuthorizationRequest): Promise<Declined | null> {
    // First of all: a cryptogram that was seen is used up, also where the payment fails for another reason.
    const byChip = await this.chips.refusal(request, this.clock.now());
    if (byChip) return byChip;
    const yearMonth = this.#today().replaceAll('-', '').slice(2, 6);
    const refusal = cardRefusal(card, yearMonth) ?? (await this.cards.verifyPin(card, request));
    return refusal ?? (card.declineReason ? declined(card.declineReason) : null);
  }

  async #decline(transactionId: string, { reasonCode, facts }: Declined): Promise<AuthorizationOutcome> {
    const bookedAt = this.clock.now();
    return outcomeOf(
      await this.#book({ _id: transactionId, state: 'declined', answerLost: false, reasonCode, facts, bookedAt }),
    );
  }

  async #approve(card: IssuerCard, request: AuthorizationRequest, hold: Hold): Promise<AuthorizationOutcome> {
    const booked = await this.#book({
      _id: request.transactionId,
      state: 'approved',
      answerLost: card.behaviour === 'answer-lost',
      hold,
      amountMinor: toInt64(request.amount.amountMinor),
      bookedAt: this.clock.now(),
    });
    // Another run of the same request, or its reversal, may have been first: then nothing stands on our hold.
    if (booked.hold?.holdId === hold.holdId) await this.limits.settle(hold, request.transactionId);
    else await this.limits.release(hold);
    return booked.answerLost ? NO_ANSWER : outcomeOf(booked);
  }

  /** Gives what is booked: this, or what was there first. */
  async #book(authorization: AuthorizationDocument): Promise<AuthorizationDocument> {
    if (await this.#bookings.run(authorization)) return authorization;
    return (await this.#find(authorization._id)) ?? authorization;
  }

  #find(transactionId: string): Promise<AuthorizationDocument | null> {
    return this.#lookups.run(transactionId);
  }

  #today(): string {
    return this.clock.now().toISOString().slice(0, 10);
  }
}

function outcomeOf({ _id, state, reasonCode, facts }: AuthorizationDocument): AuthorizationOutcome {
  if (state === 'reversed') return declined('RISK.ISSUER_UNAVAILABLE');
  if (state === 'declined') return declined(reasonCode ?? 'RISK.DECLINED_BY_ISSUER', facts);
  const digits = BigInt(`0x${createHash('sha256').update(_id).digest('hex')}`).toString();
  return { kind: 'approved', authorizationCode: digits.slice(-6), issuerReference: digits.slice(-18, -6) };
}
