import { indicationSignal, PcscBridgeReader } from '@openswipe/terminal-web/reader';

/** What the spec drives from outside. */
export interface ChipPage {
  /** States, faults and masked cards, in order. */
  readonly reports: string[];
  /** Field 55 of the cards that were read: what would be encrypted for the platform. */
  readonly field55: string[];
  readonly tracks: string[];
  use(url: string): void;
  connect(code?: string): Promise<string>;
  arm(amountMinor: string): Promise<void>;
}

let reader: PcscBridgeReader;

const page: ChipPage = {
  reports: [],
  field55: [],
  tracks: [],
  use(url) {
    reader = new PcscBridgeReader({ url });
    reader.on('state', (state) => page.reports.push(state));
    reader.on('fault', ({ code }) => page.reports.push(code));
    reader.on('chipCard', ({ masked, chip, track2 }) => {
      page.reports.push(masked);
      page.field55.push(chip.field55.reveal('show it to the spec'));
      page.tracks.push(track2.reveal('show it to the spec'));
    });
  },
  connect(code) {
    if (code !== undefined) reader.usePairingCode(code);
    return reader.connect().then(
      () => reader.state,
      (error: { code: string }) => error.code,
    );
  },
  arm: (amountMinor) => reader.arm(indicationSignal('0f'.repeat(32), { amountMinor, currency: 'CNY' })),
};

Object.assign(globalThis, { chipPage: page });
