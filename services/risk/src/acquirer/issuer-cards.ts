import { Pan } from '@openswipe/card';
import { TEST_CARDS, type TestCard } from '@openswipe/card/test-cards';
import { Sensitive } from '@openswipe/kernel';
import { Coalescer, ensureCollection } from '@openswipe/service-kit';
import type { Connection, mongo } from 'mongoose';
import type { AuthorizationRequest } from '../application/ports.js';
import { declined, REASON_CODES, type Declined, type ReasonCode } from '../domain/assessment.js';
import type { IssuerSecrets } from './issuer-secrets.js';

/** The third wrong PIN blocks the card. */
const PIN_TRIES = 3;
const THIRD_FAILURE = `pinFailures.${PIN_TRIES - 1}`;

export interface IssuerCard {
  /** Keyed hash of the PAN. */
  readonly _id: string;
  /** Name in the deck of test cards. */
  readonly name: string;
  /** YYMM. */
  readonly expiry: string;
  readonly pinVerifier: string | null;
  /** Transactions that gave a wrong PIN since the last good one: a set, so none counts twice. */
  readonly pinFailures: string[];
  readonly blockedFor: 'lost' | 'pin-tries-exceeded' | null;
  readonly behaviour: 'approve' | 'answer-lost' | 'silent' | 'decline';
  readonly declineReason: ReasonCode | null;
}

/** The issuer's cards and their PIN tries. */
export class IssuerCards {
  readonly #lookups = new Coalescer(async (cardIds: readonly string[]) => {
    const found = await this.cards.find({ _id: { $in: [...new Set(cardIds)] } }).toArray();
    return cardIds.map((cardId) => found.find(({ _id }) => _id === cardId) ?? null);
  });

  private constructor(
    private readonly cards: mongo.Collection<IssuerCard>,
    private readonly secrets: IssuerSecrets,
  ) {}

  /** Loads the deck. Tries already counted stay, unless `reset`. */
  static async open(connection: Connection, secrets: IssuerSecrets, reset: boolean): Promise<IssuerCards> {
    const cards = await ensureCollection<IssuerCard>(connection, 'issuer_cards');
    await cards.bulkWrite(
      TEST_CARDS.map((card) => {
        const { _id, pinFailures, ...rest } = toIssuerCard(card, secrets);
        const update = reset ? { $set: { ...rest, pinFailures } } : { $set: rest, $setOnInsert: { pinFailures } };
        return { updateOne: { filter: { _id }, update, upsert: true } };
      }),
    );
    return new IssuerCards(cards, secrets);
  }

  find(pan: Pan): Promise<IssuerCard | null> {
    return this.#lookups.run(this.secrets.cardId(pan));
  }

  /** Null: good, or none needed. A good PIN gives all tries back; a wrong one counts once for a transaction. */
  async verifyPin(card: IssuerCard, { transactionId, pan, pin }: AuthorizationRequest): Promise<Declined | null> {
    if (card.pinVerifier === null) return null;
    if (!pin) return declined('RISK.PIN_REQUIRED');
    if (!this.secrets.isPin(card.pinVerifier, pan, pin)) return this.#wrongPin(card._id, transactionId);
    if (card.pinFailures.length === 0) return null;
    const guard = { _id: card._id, [THIRD_FAILURE]: { $exists: false } };
    const { matchedCount } = await this.cards.updateOne(guard, { $set: { pinFailures: [] } });
    return matchedCount === 1 ? null : pinBlocked();
  }

  async #wrongPin(cardId: string, transactionId: string): Promise<Declined> {
    const after = await this.cards.findOneAndUpdate(
      { _id: cardId, [THIRD_FAILURE]: { $exists: false } },
      { $addToSet: { pinFailures: transactionId } },
      { returnDocument: 'after' },
    );
    // By its place and not by how many there are: two wrong PINs at once never both hear of the same try.
    const place = after?.pinFailures.indexOf(transactionId) ?? -1;
    const left = place < 0 ? 0 : PIN_TRIES - 1 - place;
    return left > 0 ? declined('RISK.PIN_WRONG', { triesLeft: String(left) }) : pinBlocked();
  }
}

const pinBlocked = (): Declined => declined('RISK.CARD_BLOCKED', { reason: 'pin-tries-exceeded' });

/** What is wrong with the card itself. `yearMonth` is today's YYMM: a card is good through its month. */
export function cardRefusal(card: IssuerCard, yearMonth: string): Declined | null {
  if (card.blockedFor) return declined('RISK.CARD_BLOCKED', { reason: card.blockedFor });
  if (card.pinFailures.length >= PIN_TRIES) return pinBlocked();
  return card.expiry < yearMonth ? declined('RISK.CARD_EXPIRED') : null;
}

function toIssuerCard(card: TestCard, secrets: IssuerSecrets): IssuerCard {
  const pan = Pan.parse(card.pan);
  const [behaviour, code] = card.behaviour.split(':') as [IssuerCard['behaviour'], string | undefined];
  const reason = REASON_CODES.find((each) => each === code) ?? null;
  if (behaviour === 'decline' && !reason) throw new Error(`test card ${card.name} declines for no known reason`);
  const blocked = reason === 'RISK.CARD_BLOCKED';
  return {
    _id: secrets.cardId(pan),
    name: card.name,
    expiry: card.expiry,
    pinVerifier: card.pin === null ? null : secrets.pinVerifier(pan, new Sensitive(card.pin)),
    pinFailures: [],
    blockedFor: blocked ? (card.pin === null ? 'lost' : 'pin-tries-exceeded') : null,
    behaviour,
    declineReason: reason,
  };
}
