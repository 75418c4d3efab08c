import { DomainError } from '@openswipe/kernel';
import type { Dropout } from './audio/f2f-synthesizer.js';

/** How a card is drawn through the simulated reader; a calm hand and a clean stripe where nothing is said. */
export interface SimulatedSwipe {
  /** Inches per second. */
  readonly speed?: number;
  /** Speed at the end over speed at the beginning. */
  readonly drift?: number;
  readonly direction?: 'forward' | 'reverse';
  /** Amplitude of noise over that of the signal. */
  readonly noise?: number;
  /** Ruined parts of the stripe, as fractions of its length. */
  readonly damage?: readonly Dropout[];
  /** The stripe was written with a wrong LRC. */
  readonly badLrc?: boolean;
  /** Part of the stripe that passes before the card is pulled away. */
  readonly stopAt?: number;
  /** Part of the swipe's time after which the cable comes out. */
  readonly unplugAt?: number;
  /** Swipe without waiting for the indication signal. */
  readonly unasked?: boolean;
}

/** How a chip card is put in. */
export interface SimulatedInsertion {
  /** Commands that the chip answers before the card is pulled out. */
  readonly removeAt?: number;
  /** Commands that the chip answers before the reader's cable comes out. */
  readonly unplugAt?: number;
  /** Put in without waiting for the indication signal. */
  readonly unasked?: boolean;
}

export type ScenarioStep =
  | ({ readonly do: 'swipe' } & SimulatedSwipe)
  | ({ readonly do: 'insert' } & SimulatedInsertion)
  /** The PIN is entered on the reader, as soon as it asks. */
  | { readonly do: 'pin'; readonly digits: string }
  | { readonly do: 'unplug' }
  | { readonly do: 'replug' }
  | { readonly do: 'wait'; readonly ms: number };

/** A scenario file: shared by the page's simulated reader and by journeys. */
export interface Scenario {
  readonly name: string;
  /** Track 2, or the name of a card that the caller knows. */
  readonly card: string;
  readonly seed: number;
  /** Whether the reader has a PIN pad; where nothing is said it stays as it is. */
  readonly pinPad?: boolean;
  readonly steps: readonly ScenarioStep[];
}

/** `[low, high]` of each number. */
const NUMBERS: Readonly<Record<string, readonly [number, number]>> = {
  speed: [1, 300],
  drift: [0.1, 10],
  noise: [0, 2],
  stopAt: [0, 1],
  unplugAt: [0, 1],
  ms: [0, 60_000],
};

/** Throws `READER.SCENARIO_INVALID` and says where. */
export function parseScenario(json: unknown): Scenario {
  const { name, card, seed = 1, pinPad, steps } = recordOf(json, 'scenario');
  if (typeof name !== 'string') throw invalid('name');
  if (typeof card !== 'string') throw invalid('card');
  if (!Number.isInteger(seed)) throw invalid('seed');
  if (pinPad !== undefined && typeof pinPad !== 'boolean') throw invalid('pinPad');
  if (!Array.isArray(steps) || steps.length === 0) throw invalid('steps');
  const all = steps.map((step, index) => stepOf(step, `steps[${index}]`));
  return { name, card, seed: seed as number, ...(pinPad === undefined ? {} : { pinPad }), steps: all };
}

function stepOf(json: unknown, at: string): ScenarioStep {
  const step = recordOf(json, at);
  switch (step['do']) {
    case 'unplug':
    case 'replug':
      only(step, ['do'], at);
      return { do: step['do'] };
    case 'wait':
      only(step, ['do', 'ms'], at);
      if (step['ms'] === undefined) throw invalid(`${at}.ms`);
      break;
    case 'pin':
      only(step, ['do', 'digits'], at);
      if (!/^[0-9]{4,12}$/.test(String(step['digits']))) throw invalid(`${at}.digits`);
      break;
    case 'insert':
      only(step, ['do', 'removeAt', 'unplugAt', 'unasked'], at);
      checkInsertion(step, at);
      return step as unknown as ScenarioStep;
    case 'swipe':
      only(
        step,
        ['do', 'speed', 'drift', 'direction', 'noise', 'damage', 'badLrc', 'stopAt', 'unplugAt', 'unasked'],
        at,
      );
      checkSwipe(step, at);
      break;
    default:
      throw invalid(`${at}.do`);
  }
  for (const [field, value] of Object.entries(step)) {
    const [low, high] = NUMBERS[field] ?? [];
    if (low !== undefined && high !== undefined && !isWithin(value, low, high)) throw invalid(`${at}.${field}`);
  }
  return step as unknown as ScenarioStep;
}

function checkSwipe({ direction, damage, unasked, badLrc }: Record<string, unknown>, at: string): void {
  if (![undefined, 'forward', 'reverse'].includes(direction as string | undefined)) throw invalid(`${at}.direction`);
  for (const [field, flag] of Object.entries({ unasked, badLrc })) {
    if (flag !== undefined && typeof flag !== 'boolean') throw invalid(`${at}.${field}`);
  }
  if (damage === undefined) return;
  if (!Array.isArray(damage)) throw invalid(`${at}.damage`);
  for (const part of damage) {
    const { from, to } = recordOf(part, `${at}.damage`);
    if (!isWithin(from, 0, 1) || !isWithin(to, from, 1)) throw invalid(`${at}.damage`);
  }
}

function checkInsertion({ unasked, ...counts }: Record<string, unknown>, at: string): void {
  if (unasked !== undefined && typeof unasked !== 'boolean') throw invalid(`${at}.unasked`);
  for (const field of ['removeAt', 'unplugAt']) {
    const value = counts[field];
    if (value !== undefined && !(Number.isInteger(value) && isWithin(value, 0, 100))) throw invalid(`${at}.${field}`);
  }
}

function only(step: Record<string, unknown>, fields: readonly string[], at: string): void {
  const unknown = Object.keys(step).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw invalid(`${at}.${unknown}`);
}

function isWithin(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && value >= low && value <= high;
}

function recordOf(json: unknown, at: string): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw invalid(at);
}

function invalid(param: string): DomainError {
  return new DomainError('READER.SCENARIO_INVALID', `The scenario is wrong at ${param}`, { param });
}
