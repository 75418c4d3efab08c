import { TestChip, type TestChipOptions } from '@openswipe/card/emv/test-chip';
import { testCard } from '@openswipe/card/test-cards';
import { bridgeRefusal } from '../src/bridge-refusal.js';
import type { CardSlot, OpenCard, SlotState } from '../src/card-slot.js';

/** A slot with a test chip instead of PC/SC. */
export class ChipSlot implements CardSlot {
  state: SlotState = { reader: 'Test slot', card: false };
  chip: TestChip | undefined;
  /** What reached the card. */
  readonly commands: string[] = [];
  readonly log: string[] = [];
  readonly #listeners = new Set<(state: SlotState) => void>();

  insert(name = 'unionpay-pin', options: TestChipOptions = {}): void {
    this.chip = new TestChip(testCard(name), options);
    this.#tell({ reader: 'Test slot', card: true });
  }

  remove(): void {
    this.chip = undefined;
    this.#tell({ reader: 'Test slot', card: false });
  }

  unplug(): void {
    this.chip = undefined;
    this.#tell({ reader: null, card: false });
  }

  on(listener: (state: SlotState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async open(): Promise<OpenCard> {
    const { chip } = this;
    if (chip === undefined) throw bridgeRefusal('BRIDGE.NO_CARD');
    chip.reset();
    this.log.push('open');
    return {
      transmit: async (command) => {
        this.commands.push(Buffer.from(command).toString('hex'));
        // As slow as a task, so that a message can overtake.
        await new Promise(setImmediate);
        if (this.chip !== chip) throw bridgeRefusal('BRIDGE.CARD_REMOVED');
        return chip.answer(Uint8Array.from(command));
      },
      release: () => this.log.push('release'),
    };
  }

  #tell(state: SlotState): void {
    this.state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}
