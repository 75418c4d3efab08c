import blockedPin from './scenarios/blocked-pin.json' with { type: 'json' };
import chipEarlyRemoval from './scenarios/chip-early-removal.json' with { type: 'json' };
import chipNoPin from './scenarios/chip-no-pin.json' with { type: 'json' };
import chipWithPin from './scenarios/chip-with-pin.json' with { type: 'json' };
import damagedStripe from './scenarios/damaged-stripe.json' with { type: 'json' };
import earlyRemoval from './scenarios/early-removal.json' with { type: 'json' };
import fastSwipe from './scenarios/fast-swipe.json' with { type: 'json' };
import goodSwipe from './scenarios/good-swipe.json' with { type: 'json' };
import noisySwipe from './scenarios/noisy-swipe.json' with { type: 'json' };
import pinOnReader from './scenarios/pin-on-reader.json' with { type: 'json' };
import reversedSwipe from './scenarios/reversed-swipe.json' with { type: 'json' };
import slowSwipe from './scenarios/slow-swipe.json' with { type: 'json' };
import unaskedSwipe from './scenarios/unasked-swipe.json' with { type: 'json' };
import unplugMidSwipe from './scenarios/unplug-mid-swipe.json' with { type: 'json' };
import { parseScenario } from './scenario.js';

/** The bundled scenarios by file name. */
export const SCENARIOS = {
  'good-swipe': parseScenario(goodSwipe),
  'fast-swipe': parseScenario(fastSwipe),
  'slow-swipe': parseScenario(slowSwipe),
  'reversed-swipe': parseScenario(reversedSwipe),
  'noisy-swipe': parseScenario(noisySwipe),
  'damaged-stripe': parseScenario(damagedStripe),
  'early-removal': parseScenario(earlyRemoval),
  'unplug-mid-swipe': parseScenario(unplugMidSwipe),
  'unasked-swipe': parseScenario(unaskedSwipe),
  'blocked-pin': parseScenario(blockedPin),
  'chip-with-pin': parseScenario(chipWithPin),
  'chip-no-pin': parseScenario(chipNoPin),
  'chip-early-removal': parseScenario(chipEarlyRemoval),
  'pin-on-reader': parseScenario(pinOnReader),
} as const;
