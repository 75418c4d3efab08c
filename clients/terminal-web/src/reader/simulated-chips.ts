import type { Bytes } from '@openswipe/card';
import { parseTrack2 } from '@openswipe/card';
import type { TestCard } from '@openswipe/card/test-cards';

/** A card that answers commands (ISO/IEC 7816-4). */
export interface SimulatedChip {
  answer(command: Bytes): Bytes;
}

/** Where a chip remembers what a real one never forgets. */
export interface ChipMemory {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

interface Kept {
  /** PAN sequence number: the chips of two devices are two chips of one card, and count apart. */
  readonly panSequence: string;
  /** Payments so far. */
  readonly counter: number;
}

const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
/** Sixteen bits of counter last a year at this pace. */
const TICK_MS = 8 * 60_000;

type Deck = Pick<typeof import('@openswipe/card/emv/test-chip'), 'TestChip'> &
  Pick<typeof import('@openswipe/card/test-cards'), 'testCard'>;

async function loadDeck(): Promise<Deck> {
  const [{ TestChip }, { testCard }] = await Promise.all([
    import('@openswipe/card/emv/test-chip'),
    import('@openswipe/card/test-cards'),
  ]);
  return { TestChip, testCard };
}

/**
 * The chips of the test deck, with the published test key of the issuer simulator. Loaded when the first one is put in.
 * A counter that was forgotten starts at the time, so that it goes on upwards for the issuer.
 */
export class SimulatedChips {
  readonly #memory: ChipMemory;
  readonly #load: () => Promise<Deck>;

  constructor(memory: ChipMemory = inMemory(), load = loadDeck) {
    this.#memory = memory;
    this.#load = load;
  }

  /** @param card a name of the deck, or a track 2 whose chip is made up. */
  async chipOf(card: string): Promise<SimulatedChip> {
    const { TestChip, testCard } = await this.#load();
    const made = /^[;0-9]/.test(card) ? cardOfTrack(card) : testCard(card);
    const key = `openswipe.chip.${made.name}`;
    const kept = this.#kept(key);
    const chip = new TestChip(made, kept);
    return {
      answer: (command) => {
        const answer = chip.answer(command);
        if (chip.counter > kept.counter) this.#keep(key, { ...kept, counter: chip.counter });
        return answer;
      },
    };
  }

  #kept(key: string): Kept {
    const text = this.#memory.getItem(key);
    if (text !== null) return JSON.parse(text) as Kept;
    const [random = 0] = crypto.getRandomValues(new Uint8Array(1));
    const counter = Math.floor((Date.now() - FIRST_DAY_MS) / TICK_MS) % 0xffff;
    return { panSequence: String(10 + (random % 90)), counter };
  }

  #keep(key: string, kept: Kept): void {
    this.#memory.setItem(key, JSON.stringify(kept));
  }
}

/** A card that has this stripe, and a chip. Throws `CARD.TRACK2_INVALID`. */
export function cardOfTrack(text: string): TestCard {
  const { pan, expiry, serviceCode } = parseTrack2(text);
  const title = { en: '', 'zh-CN': '' };
  const common = { name: 'made-up', brand: 'unionpay', pin: null, behaviour: 'approve', title } as const;
  return { ...common, pan: pan.reveal('make up a chip'), expiry, serviceCode: serviceCode.digits };
}

function inMemory(): ChipMemory {
  const kept = new Map<string, string>();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
}
