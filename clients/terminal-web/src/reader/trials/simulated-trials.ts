import { TestChip } from '@openswipe/card/emv/test-chip';
import { testCard } from '@openswipe/card/test-cards';
import { ManualClock } from '../reader-clock.js';
import type { Scenario } from '../scenario.js';
import { SCENARIOS } from '../scenarios.js';
import { SimulatedChips } from '../simulated-chips.js';
import { SimulatedReader } from '../simulated-reader.js';
import { Draw, panOf } from './draw.js';
import { listen, SIGNAL } from './listen.js';
import type { Trial } from './tally.js';

const DECK = { TestChip, testCard };

/** Every bundled scenario to its end, each time with another card and another hand. */
export async function* simulatedTrials(each: number, seed: number): AsyncGenerator<Trial> {
  const draw = new Draw(seed);
  for (const [group, scenario] of Object.entries(SCENARIOS)) {
    for (let index = 0; index < each; index++) {
      const card = draw.track2();
      const reported = await played({ ...scenario, card, seed: draw.whole(1, 2 ** 31) });
      // A stripe that is scratched, then one with a wrong LRC: there is nothing to read.
      const put = group === 'damaged-stripe' ? undefined : panOf(card);
      yield { driver: 'simulated reader', group, put, reported };
    }
  }
}

async function played(scenario: Scenario): Promise<readonly string[]> {
  const clock = new ManualClock();
  const reader = new SimulatedReader({ clock, chips: new SimulatedChips(undefined, () => Promise.resolve(DECK)) });
  const reported = listen(reader);
  await reader.connect();
  // Nobody asks for a PIN here: what is tried is the reading.
  const over = reader.play({ ...scenario, steps: scenario.steps.filter((step) => step.do !== 'pin') });
  // Long enough for a swipe that nobody asked for.
  await clock.advance(2_000);
  await reader.arm(SIGNAL);
  await clock.advance(20_000);
  await over;
  await reader.disconnect();
  return reported;
}
