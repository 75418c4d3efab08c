import type { AssessmentRequest, Reason } from './assessment.js';
import type { PresentedCard } from './presented-card.js';
import type { VelocityPosition } from './velocity-window.js';

/** What a rule may look at. */
export interface RuleSubject {
  readonly request: AssessmentRequest;
  readonly velocity: VelocityPosition;
  readonly card: Pick<PresentedCard, 'readFrom' | 'serviceCode'>;
}

/** Null: nothing against it. A rule knows its limits and no clock, no store and no secret of a card. */
export type Rule = (subject: RuleSubject) => Reason | null;
