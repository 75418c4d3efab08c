import type { Clock } from '@openswipe/kernel';
import type { Assessment, AssessmentRequest, Outcome, Reason } from '../domain/assessment.js';
import { cardRefusal, initialKeyIdOf, missingCheck, type PresentedCard } from '../domain/presented-card.js';
import { RULE_VERSION, type RuleBook } from '../domain/rule-book.js';
import { issuerChecks, securityChecks, type IssuerTable } from '../domain/security-checks.js';
import type { VelocityPosition } from '../domain/velocity-window.js';
import type { AssessmentRepository, Authorizer, IssuedKeys, VelocityCounter } from './ports.js';
import type { ReadPin } from './read-pin.js';
import { reversedUnheard } from './resolve-authorization.js';

/** A verified transaction; its card data is opened late: one that cannot be opened is registered all the same. */
export interface VerifiedTransaction {
  readonly request: AssessmentRequest;
  /** Throws `RISK.CARD_DATA_INVALID`, `CARD.ENVELOPE_FORGED`. */
  readonly openCard: () => PresentedCard;
}

interface Presented {
  readonly request: AssessmentRequest;
  readonly card: PresentedCard;
}

/** Stands before the first place: only where the counter lost a transaction, which it does not. */
const NOT_COUNTED: VelocityPosition = { card: 0, account: 0 };
/** Authorizations on their way at once. */
const LANES = 128;

/** Rules, checks, PIN, authorization: one outcome and one `TransactionAssessed` for each transaction of a batch. */
export class AssessTransactions {
  constructor(
    private readonly assessments: AssessmentRepository,
    private readonly velocity: VelocityCounter,
    private readonly issuedKeys: IssuedKeys,
    private readonly rules: RuleBook,
    private readonly issuerTable: IssuerTable,
    private readonly readPin: ReadPin,
    private readonly authorizer: Authorizer,
    private readonly clock: Clock,
  ) {}

  /**
   * May run again with the same batch: what has an outcome keeps it. Throws what `openCard` throws, after the others
   * have their outcome; the faulty one stays `received`, and `ResolveAuthorization` with `giveUp` ends it.
   */
  async execute(batch: readonly VerifiedTransaction[]): Promise<void> {
    const transactions = [...new Map(batch.map((each) => [each.request.transactionId, each])).values()];
    await this.assessments.register(transactions.map(({ request }) => request));
    const known = await this.assessments.find(transactions.map(({ request }) => request.transactionId));
    const withStatus = (status: string) =>
      transactions.filter(({ request }) => known.get(request.transactionId)?.status === status);

    const { presented, faults } = openAll(withStatus('received'));
    const positions = await this.velocity.count(presented.map(({ request }) => request));
    const holders = await this.issuedKeys.holders(
      presented.flatMap(({ card: { pin } }) => (pin?.enteredOn === 'page' ? [initialKeyIdOf(pin.ksn)] : [])),
    );
    const assessed = await inLanes(presented, (each) =>
      this.#assess(each, positions.get(each.request.transactionId) ?? NOT_COUNTED, holders),
    );
    const tooLate = withStatus('abandoned').map(({ request }) => reversedUnheard(request, this.clock.now()));
    await this.assessments.conclude([...assessed, ...tooLate]);
    if (faults.length > 0) throw faults[0];
  }

  async #assess(
    { request, card }: Presented,
    velocity: VelocityPosition,
    holders: ReadonlyMap<string, string>,
  ): Promise<Assessment> {
    const against = this.rules.reasonsAgainst({ request, velocity, card });
    const [first] = against;
    if (first)
      return this.#assessment(request, { kind: 'declined', reasonCode: first.code, facts: first.facts }, against);

    const refusal = cardRefusal(card);
    if (refusal) return this.#assessment(request, refusal, reasonsOf('card', refusal));
    const checks = securityChecks({
      serviceCode: card.serviceCode,
      issuer: issuerChecks(this.issuerTable, card.pan.bin),
      ...(card.chip?.cvm ? { cvm: card.chip.cvm } : {}),
    });
    const missing = missingCheck(card, checks);
    if (missing) return this.#assessment(request, missing, reasonsOf('check', missing));
    const reading = this.readPin.execute(card, checks.has('pin'), request.terminalId, holders);
    if (reading.kind === 'declined') return this.#assessment(request, reading, reasonsOf('pin', reading));

    const outcome = await this.authorizer.authorize({
      transactionId: request.transactionId,
      amount: request.amount,
      payeeId: request.payeeId,
      pan: card.pan,
      expiry: card.expiry,
      ...(reading.kind === 'pin' ? { pin: reading.pin } : {}),
      ...(card.chip ? { field55: card.chip.field55 } : {}),
    });
    return this.#assessment(request, outcome, reasonsOf('issuer', outcome));
  }

  #assessment(request: AssessmentRequest, outcome: Outcome, reasons: readonly Reason[]): Assessment {
    return { request, outcome, reasons, ruleVersion: RULE_VERSION, assessedAt: this.clock.now() };
  }
}

const reasonsOf = (from: string, outcome: Outcome): readonly Reason[] =>
  outcome.kind === 'declined' ? [{ from, code: outcome.reasonCode, facts: outcome.facts }] : [];

function openAll(transactions: readonly VerifiedTransaction[]): { presented: Presented[]; faults: unknown[] } {
  const presented: Presented[] = [];
  const faults: unknown[] = [];
  for (const { request, openCard } of transactions) {
    try {
      presented.push({ request, card: openCard() });
    } catch (fault) {
      faults.push(fault);
    }
  }
  return { presented, faults };
}

async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += LANES) {
    results.push(...(await Promise.all(items.slice(start, start + LANES).map(work))));
  }
  return results;
}
