import { effect } from '@preact/signals';
import { deviceName, DeviceSession } from './account/device-session.js';
import type { TerminalState } from './account/terminal-keys.js';
import { WISHES } from './account/wishes-key.js';
import { watchClock } from './app/clock-watch.js';
import { TerminalApi } from './gateway/terminal-api.js';
import { isTransient } from './gateway/problem.js';
import { Inbox } from './orders/inbox.js';
import type { Submission } from './payment/submission.js';
import { Submissions } from './payment/submissions.js';
import { cuePlayer } from './reader/cue.js';
import { WebHidPort } from './reader/hid/webhid-port.js';
import { keptPairing } from './reader-panel/kept-pairing.js';
import { ReaderPanel, type DriverFactories, type ReaderChoice } from './reader-panel/reader-panel.js';
import type { PaymentRecord } from './records/payment-record.js';
import { RecordUpdates } from './records/record-updates.js';
import { go } from './route.js';
import { Device } from './store/sealed-store.js';
import { WatchedStore } from './store/watched-store.js';

/** A driver is loaded when somebody connects it. */
const driversOf = (api: TerminalApi, inbox: Inbox): DriverFactories => ({
  simulated: async () => {
    const [{ SimulatedReader }, { SimulatedChips }, { testCard, testTrack2 }] = await Promise.all([
      import('./reader/simulated-reader.js'),
      import('./reader/simulated-chips.js'),
      import('@openswipe/card/test-cards'),
    ]);
    return new SimulatedReader({
      cardOf: (name) => testTrack2(testCard(name)),
      chips: new SimulatedChips(localStorage),
    });
  },
  usb: async () => {
    const [{ HidReaders }, { platformAuthenticator }] = await Promise.all([
      import('./reader/hid/hid-readers.js'),
      import('./reader-panel/platform-authenticator.js'),
    ]);
    const openOrders = () => [...inbox.pending.value, ...inbox.toCollect.value];
    return new HidReaders({ authenticator: platformAuthenticator(api, openOrders) }).choose();
  },
  keyboard: async () => {
    const { KeyboardReader } = await import('./reader/keyboard-reader.js');
    return new KeyboardReader({ target: window });
  },
  'smart-card': async () => {
    const { PcscBridgeReader } = await import('./reader/pcsc-bridge-reader.js');
    return new PcscBridgeReader({ pairing: keptPairing(sessionStorage) });
  },
  'audio-jack': async () => {
    const [{ AudioJackReader }, { default: workletUrl }] = await Promise.all([
      import('./reader/audio/audio-jack-reader.js'),
      import('./reader/audio/audio-jack.worklet.js?worker&url'),
    ]);
    return new AudioJackReader({ workletUrl });
  },
});

const realReaders = (): readonly ReaderChoice[] => [
  ...(WebHidPort.isPresent ? (['usb'] as const) : []),
  'keyboard',
  'audio-jack',
  'smart-card',
];

/** The parts of the terminal put together; the only place that does. */
export class Terminal {
  readonly api = new TerminalApi();
  readonly inbox = new Inbox(this.api);
  readonly reader = new ReaderPanel(driversOf(this.api, this.inbox), localStorage, (onLight) =>
    cuePlayer({ audio: new AudioContext(), vibrate: (pattern) => navigator.vibrate?.(pattern), onLight }),
  );
  readonly terminals;
  readonly submissions;
  readonly records;
  readonly session;
  readonly payments;
  readonly recordUpdates;

  private constructor(device: Device) {
    this.terminals = device.store<TerminalState>('terminals');
    this.submissions = device.store<Submission>('submissions');
    this.records = new WatchedStore(device.store<PaymentRecord>('records'));
    this.session = new DeviceSession(this.api, this.terminals, localStorage, deviceName(navigator.userAgent));
    this.payments = new Submissions(this.api, this.submissions, this.records, this.inbox.hints);
    this.recordUpdates = new RecordUpdates(this.api, this.records, this.inbox);
  }

  static async open(): Promise<Terminal> {
    const terminal = new Terminal(await Device.open());
    terminal.api.onSession((session) => session && watchClock(session, Date.now()));
    terminal.#followSession();
    void terminal.#offerReaders();
    void terminal.session.start();
    return terminal;
  }

  #followSession(): void {
    let accountId = '';
    effect(() => {
      const phase = this.session.phase.value;
      const now = phase.at === 'ready' ? phase.accountId : '';
      if (now === accountId) return;
      accountId = now;
      this.inbox.stop();
      this.payments.stop();
      this.recordUpdates.stop();
      if (now === '') return;
      // Records should outlive a full disk; the browser may say no.
      void navigator.storage?.persist?.();
      this.inbox.start();
      void this.payments.resume(now);
      this.recordUpdates.start(now);
      if (phase.at === 'ready') void this.#fulfilWishes(phase.accountName);
    });
  }

  /** What somebody asked for while registering, now that this device is a terminal. */
  async #fulfilWishes(accountName: string): Promise<void> {
    if (localStorage.getItem(WISHES) === null) return;
    const { fulfilWishes } = await import('./account/registration-wishes.js');
    try {
      const page = await fulfilWishes(this.api, localStorage, accountName);
      if (page) go(page, true);
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }

  async #offerReaders(): Promise<void> {
    this.reader.offer(realReaders());
    try {
      const { simulatedReader } = await this.api.config();
      if (simulatedReader) this.reader.offer([...realReaders(), 'simulated']);
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }
}
