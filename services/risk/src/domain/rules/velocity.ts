import type { Rule } from '../rule.js';
import type { VelocityScope } from '../velocity-window.js';

/** At most `max` transactions of one card (or account) in a window; 0 = no limit. */
export const velocity =
  (scope: VelocityScope, max: number, windowMs: number): Rule =>
  (subject) =>
    max === 0 || subject.velocity[scope] <= max
      ? null
      : {
          from: `velocity-${scope}`,
          code: 'RISK.VELOCITY',
          facts: { scope, max: String(max), windowSeconds: String(windowMs / 1_000) },
        };
