import { usCharacter } from './keyboard-layout.js';
import type { ManualClock } from './reader-clock.js';

interface Key {
  readonly code: string;
  readonly shift: boolean;
}

/** Every character of a US keyboard with its physical key. */
const CODES = ['Enter', 'F1', ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((name) => (name.length === 1 ? `Key${name}` : name));
const KEYS = new Map(
  [...CODES, 'Digit1', 'Digit2', 'Digit3', 'Digit4', 'Digit5', 'Digit6', 'Digit7', 'Digit8', 'Digit9', 'Digit0']
    .concat('Minus', 'Equal', 'Semicolon', 'Slash', 'Space', 'Period', 'Backslash')
    .flatMap((code) => [false, true].map((shift) => [usCharacter(code, shift), { code, shift }] as const)),
);

export interface Press {
  readonly code: string;
  readonly key: string;
  readonly shiftKey?: boolean;
  readonly ctrlKey?: boolean;
}

/** Stands for the keyboard of a host in tests: a person's, or a reader's that types. */
export class FakeKeyboard {
  constructor(
    private readonly target: EventTarget,
    private readonly clock: ManualClock,
  ) {}

  /** The physical key of a US keyboard for a character; throws for one that it has not. */
  static keyOf(character: string): Key {
    const key = character === '\n' ? { code: 'Enter', shift: false } : KEYS.get(character);
    if (key === undefined) throw new RangeError(`No key types ${JSON.stringify(character)}`);
    return key;
  }

  press(key: Press): Event {
    const event = Object.assign(new Event('keydown', { cancelable: true }), { shiftKey: false, ...key });
    this.target.dispatchEvent(event);
    return event;
  }

  /** `layout` is what the host makes of a key; a US host by default. */
  async type(text: string, gapMs = 4, layout = (character: string) => character): Promise<void> {
    for (const character of text) {
      const { code, shift } = FakeKeyboard.keyOf(character);
      if (shift) this.press({ code: 'ShiftLeft', key: '', shiftKey: true });
      this.press({ code, key: character === '\n' ? 'Enter' : layout(character), shiftKey: shift });
      await this.clock.advance(gapMs);
    }
  }
}
