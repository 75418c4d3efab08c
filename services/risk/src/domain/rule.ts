import type { AssessmentRequest, Reason } from './assessment.js';
import type { VelocityPosition } from './velocity-window.js';

/** What a rule may look at. */
export interface RuleSubject {
  readonly request: AssessmentRequest;
  readonly velocity: VelocityPosition;
}

/** Null: nothing against it. A rule knows its limits and no clock, store or card data. */
export type Rule = (subject: RuleSubject) => Reason | null;
