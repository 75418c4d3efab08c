import type { Clock } from '@openswipe/kernel';
import { isFinal, type Assessment, type AssessmentRequest } from '../domain/assessment.js';
import { assessmentUnknown } from '../domain/risk-errors.js';
import { RULE_VERSION } from '../domain/rule-book.js';
import type { AssessmentRepository, Authorizer } from './ports.js';

/**
 * Ends an unknown outcome: by query, and with `giveUp` by reversal. It is published as a `TransactionAssessed`.
 * Asked again, it does what is left to do; of a final outcome it says again what it said, under the same event id.
 */
export class ResolveAuthorization {
  constructor(
    private readonly assessments: AssessmentRepository,
    private readonly authorizer: Authorizer,
    private readonly clock: Clock,
  ) {}

  /**
   * True where the outcome is final. Throws `RISK.ASSESSMENT_UNKNOWN`: risk has not heard of the transaction; with
   * `giveUp` it also never will authorize it, and should its record still come, it publishes `reversed`.
   */
  async execute(transactionId: string, giveUp: boolean): Promise<boolean> {
    const state = await this.#find(transactionId, giveUp);
    if (!state?.request) throw assessmentUnknown();
    const { status, request } = state;
    if (isFinal(status)) {
      await this.assessments.repeat(transactionId);
      return true;
    }
    if (status === 'unknown' && (await this.#query(request))) return true;
    if (!giveUp && status !== 'reversing') return false;

    // Taken before the issuer is asked: from here a late approval of the same transaction is not accepted.
    if (!(await this.assessments.beginReversal(transactionId))) return true;
    await this.authorizer.reverse(transactionId);
    await this.assessments.conclude([reversedUnheard(request, this.clock.now())]);
    return true;
  }

  async #find(transactionId: string, giveUp: boolean) {
    const known = (await this.assessments.find([transactionId])).get(transactionId);
    if (known || !giveUp || (await this.assessments.abandon(transactionId))) return known;
    // Its record came in between.
    return (await this.assessments.find([transactionId])).get(transactionId);
  }

  async #query(request: AssessmentRequest): Promise<boolean> {
    const outcome = await this.authorizer.query(request.transactionId);
    if (outcome.kind === 'unknown') return false;
    const reasons =
      outcome.kind === 'declined' ? [{ from: 'issuer', code: outcome.reasonCode, facts: outcome.facts }] : [];
    const assessedAt = this.clock.now();
    await this.assessments.conclude([{ request, outcome, reasons, ruleVersion: RULE_VERSION, assessedAt }]);
    return true;
  }
}

/** The end of a transaction whose issuer was not heard. */
export const reversedUnheard = (request: AssessmentRequest, assessedAt: Date): Assessment => ({
  request,
  outcome: { kind: 'reversed', reasonCode: 'RISK.ISSUER_UNAVAILABLE' },
  reasons: [{ from: 'reversal', code: 'RISK.ISSUER_UNAVAILABLE', facts: {} }],
  ruleVersion: RULE_VERSION,
  assessedAt,
});
