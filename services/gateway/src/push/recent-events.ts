interface RecentEvent {
  readonly sequence: number;
  readonly accountId: string;
  readonly frame: string;
}

/**
 * The latest events of this replica, so that a terminal whose connection broke continues where it was. Ids carry the
 * replica's epoch: another replica, or this one after a restart, cannot continue them and says so.
 */
export class RecentEvents {
  readonly #events: RecentEvent[] = [];
  #sequence = 0;
  #characters = 0;

  constructor(
    private readonly epoch: string,
    private readonly countMax: number,
    private readonly charactersMax: number,
  ) {}

  /** Id of the latest event. */
  get latestId(): string {
    return this.#idOf(this.#sequence);
  }

  /** @param toFrame makes the frame from the event's new id */
  add(accountId: string, toFrame: (id: string) => string): string {
    this.#sequence += 1;
    const frame = toFrame(this.latestId);
    this.#events.push({ sequence: this.#sequence, accountId, frame });
    this.#characters += frame.length;
    while (this.#events.length > this.countMax || this.#characters > this.charactersMax) {
      this.#characters -= this.#events.shift()?.frame.length ?? 0;
    }
    return frame;
  }

  /** Frames of the account after an event id; undefined where some may be missing. */
  since(id: string, accountId: string): readonly string[] | undefined {
    const [, epoch, digits] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id) ?? [];
    const after = Number(digits);
    const oldest = this.#events[0]?.sequence ?? this.#sequence + 1;
    if (epoch !== this.epoch || after > this.#sequence || after < oldest - 1) return undefined;
    return this.#events
      .filter((event) => event.sequence > after && event.accountId === accountId)
      .map(({ frame }) => frame);
  }

  readonly #idOf = (sequence: number): string => `${this.epoch}-${sequence}`;
}
