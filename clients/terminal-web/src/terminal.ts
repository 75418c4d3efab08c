import { effect } from '@preact/signals';
import { deviceName, DeviceSession, type Phase } from './account/device-session.js';
import { TerminalKeys, type TerminalState } from './account/terminal-keys.js';
import { TerminalApi } from './gateway/terminal-api.js';
import { isTransient } from './gateway/problem.js';
import { Inbox } from './orders/inbox.js';
import { PaymentFlow } from './payment/payment-flow.js';
import type { Submission } from './payment/submission.js';
import { Submissions } from './payment/submissions.js';
import { cuePlayer } from './reader/cue.js';
import { WebHidPort } from './reader/hid/webhid-port.js';
import { ReaderPanel, type DriverFactories, type ReaderChoice } from './reader-panel/reader-panel.js';
import type { PaymentRecord } from './records/payment-record.js';
import { Device } from './store/sealed-store.js';

/** A driver is loaded when somebody connects it. */
const DRIVERS: DriverFactories = {
  simulated: async () => {
    const [{ SimulatedReader }, { testCard, testTrack2 }] = await Promise.all([
      import('./reader/simulated-reader.js'),
      import('@openswipe/card/test-cards'),
    ]);
    return new SimulatedReader({ cardOf: (name) => testTrack2(testCard(name)) });
  },
  usb: async () => {
    const { HidReaders } = await import('./reader/hid/hid-readers.js');
    return new HidReaders().choose();
  },
  keyboard: async () => {
    const { KeyboardReader } = await import('./reader/keyboard-reader.js');
    return new KeyboardReader({ target: window });
  },
  'audio-jack': async () => {
    const [{ AudioJackReader }, { default: workletUrl }] = await Promise.all([
      import('./reader/audio/audio-jack-reader.js'),
      import('./reader/audio/audio-jack.worklet.js?worker&url'),
    ]);
    return new AudioJackReader({ workletUrl });
  },
};

const realReaders = (): readonly ReaderChoice[] => [
  ...(WebHidPort.isPresent ? (['usb'] as const) : []),
  'keyboard',
  'audio-jack',
];

type Ready = Extract<Phase, { at: 'ready' }>;

/** The parts of the terminal put together; the only place that does. */
export class Terminal {
  readonly api = new TerminalApi();
  readonly inbox = new Inbox(this.api);
  readonly reader = new ReaderPanel(DRIVERS, localStorage, (onLight) =>
    cuePlayer({ audio: new AudioContext(), vibrate: (pattern) => navigator.vibrate?.(pattern), onLight }),
  );
  readonly terminals;
  readonly submissions;
  readonly records;
  readonly session;
  readonly payments;

  private constructor(device: Device) {
    this.terminals = device.store<TerminalState>('terminals');
    this.submissions = device.store<Submission>('submissions');
    this.records = device.store<PaymentRecord>('records');
    this.session = new DeviceSession(this.api, this.terminals, localStorage, deviceName(navigator.userAgent));
    this.payments = new Submissions(this.api, this.submissions, this.records, this.inbox.hints);
  }

  static async open(): Promise<Terminal> {
    const terminal = new Terminal(await Device.open());
    terminal.#followSession();
    void terminal.#offerReaders();
    void terminal.session.start();
    return terminal;
  }

  paymentFlow(orderId: string, { accountId, terminalId }: Ready): PaymentFlow {
    return new PaymentFlow(orderId, {
      api: this.api,
      keys: new TerminalKeys(this.terminals, terminalId),
      storage: this.submissions,
      accountId,
      reader: this.reader,
      follow: (submission) => this.payments.follow(submission),
    });
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
      if (now === '') return;
      // Records should outlive a full disk; the browser may say no.
      void navigator.storage?.persist?.();
      this.inbox.start();
      void this.payments.resume(now);
    });
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
