import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isFinal, statesBefore, type AssessmentStatus } from './assessment.js';

const STATES: readonly AssessmentStatus[] = [
  'received',
  'abandoned',
  'reversing',
  'approved',
  'declined',
  'unknown',
  'reversed',
];

const move = (from: AssessmentStatus, to: AssessmentStatus): AssessmentStatus =>
  statesBefore(to).includes(from) ? to : from;

describe('assessment', () => {
  it('keeps its first final state, whatever comes later and in whatever order', () => {
    fc.assert(
      fc.property(fc.constantFrom('received', 'abandoned'), fc.array(fc.constantFrom(...STATES)), (start, wanted) => {
        let state = start as AssessmentStatus;
        let final: AssessmentStatus | undefined;
        for (const to of wanted) {
          state = move(state, to);
          if (final) expect(state).toBe(final);
          if (isFinal(state)) final = state;
        }
      }),
    );
  });

  it('accepts nothing but a reversal once a reversal has begun', () => {
    expect(STATES.filter((to) => statesBefore(to).includes('reversing'))).toEqual(['reversing', 'reversed']);
  });

  it('can be ended from every state that is not final', () => {
    const ends = (from: AssessmentStatus): boolean =>
      isFinal(from) || STATES.some((to) => to !== from && statesBefore(to).includes(from) && ends(to));
    expect(STATES.filter((state) => !ends(state))).toEqual([]);
  });
});
