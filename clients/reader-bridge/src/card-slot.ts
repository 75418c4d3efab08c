export interface SlotState {
  /** Name of the reader in use; null if there is none. */
  readonly reader: string | null;
  readonly card: boolean;
}

/** A card that nobody else on this computer can use meanwhile. */
export interface OpenCard {
  /** Rejects with `BRIDGE.CARD_REMOVED` or `BRIDGE.CARD_SILENT`. */
  transmit(command: Uint8Array): Promise<Uint8Array>;
  /** Resets the card: no selection or state is left for the next program. */
  release(): void;
}

export interface CardSlot {
  readonly state: SlotState;
  /** Rejects with `BRIDGE.NO_CARD`, `BRIDGE.CARD_BUSY` (another program has it) or `BRIDGE.CARD_SILENT`. */
  open(): Promise<OpenCard>;
  /** Returns the call that stops listening. */
  on(listener: (state: SlotState) => void): () => void;
}
