import { encodeTlv, type Bytes } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';
import { cueOf, type Cue, type Tone } from '../cue.js';
import type { IndicationSignal } from '../indication-signal.js';
import type { PresentedCard } from '../presented-card.js';
import { refusal, type ReaderCore } from '../reader-core.js';
import type { ReaderPin } from '../reader-pin.js';
import { feeTags } from './fee-tags.js';
import type { HidFamily, HidProtocol } from './hid-reader.js';
import type { HidWire } from './hid-wire.js';
import { parsePinEntry, PIN_ENTRY_SECONDS, pinEntryFor, pinPadMissing } from './magtek-pin-entry.js';
import { parseMmsCard, parseStatusWordAnswer } from './mms-card.js';
import { mmsRequest, parseMmsMessage, type MmsMessage } from './mms-message.js';
import { MmsAssembler, mmsPackets } from './mms-packet.js';
import { ANSWER_LIMIT_MS, PendingAnswer } from './pending-answer.js';
import { tellSwipe } from './swipe-report.js';

const START = 0x1001;
const CANCEL = 0x1008;
const BEEP = 0x1805;
const ECHO = 0xdf01;

const TONES_MAX = 10;
/** Between the end of a transaction that gave no card and the next one, so that a sick reader cannot spin. */
const RESTART_MS = 500;

/** Reason and detail of notification 0101: swiped, inserted, detected; and the card's data. */
const CARD_SEEN: readonly string[] = ['0101', '0102', '0104'];
const CARD_DATA = '080202';

/** No time limit; stripe, contact and contactless on; quick chip, DynaPro response format (D100005000, table 70). */
const OPTIONS = '820100' + 'a309810101820101830101' + '84020003';

/** Parameters of command 1001, from the fee information alone. */
export function startParameters(indication: IndicationSignal): Bytes {
  const options = Uint8Array.from(OPTIONS.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));
  return Uint8Array.from([...options, ...encodeTlv('86', feeTags(indication))]);
}

/** Parameters of command 1805: hertz and milliseconds, two bytes each; below 50 Hz is a rest. */
export function beepParameters(tones: readonly Tone[]): Bytes {
  const bytes = tones.slice(0, TONES_MAX).flatMap(({ hz, ms }) => [hz >> 8, hz & 0xff, ms >> 8, ms & 0xff]);
  return encodeTlv('81', Uint8Array.from(bytes));
}

/**
 * DynaFlex and kin, which speak MMS. The indication signal is a tone and then the transaction itself: amount and
 * currency go to the reader, which asks for the card [0028]. The reader sounds no tone of ours during a transaction, so
 * every cue comes before or after one.
 */
class DynaFlex implements HidProtocol {
  readonly #core: ReaderCore;
  readonly #wire: HidWire;
  readonly #assembler = new MmsAssembler();
  readonly #answer: PendingAnswer<MmsMessage>;
  readonly #pinEntry: PendingAnswer<MmsMessage>;
  #reference = 0;
  #indication: IndicationSignal | undefined;
  /** From the start of a transaction to the word that it is complete. */
  #isRunning = false;
  #isCardTold = false;
  /** Tones that wait for the transaction to end. */
  #due: readonly Tone[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #stopRestart: () => void = () => undefined;

  constructor(core: ReaderCore, wire: HidWire) {
    this.#core = core;
    this.#wire = wire;
    this.#answer = new PendingAnswer(core.clock);
    this.#pinEntry = new PendingAnswer(core.clock);
  }

  async opened(): Promise<void> {
    await this.#request(ECHO, encodeTlv('81', Uint8Array.of(1)));
  }

  arm(indication: IndicationSignal): Promise<void> {
    return this.#inTurn(async () => {
      const parameters = startParameters(indication);
      await this.#cancel();
      this.#due = [];
      this.#indication = indication;
      await this.#beep(cueOf('ready').sound);
      await this.#start(parameters);
    });
  }

  disarm(): Promise<void> {
    this.#indication = undefined;
    this.#stopRestart();
    return this.#inTurn(() => this.#cancel());
  }

  drop(): void {
    this.#stopRestart();
    this.#due = [];
    this.#assembler.drop();
    this.#answer.drop();
    this.#pinEntry.drop();
    this.#isRunning = false;
  }

  cue({ kind, sound }: Cue): void {
    if (kind !== 'read' && kind !== 'error') return;
    this.#due = sound;
    if (!this.#isRunning) this.#playDue();
  }

  report(_reportId: number, bytes: Bytes): void {
    const assembled = this.#assembler.add(bytes);
    if (assembled === undefined) return;
    const message = parseMmsMessage(assembled);
    assembled.fill(0);
    if (this.#answer.offer(message) || this.#pinEntry.offer(message)) return;
    if (message.type === 'notification') this.#notified(message);
    else if (message.id === '1001') this.#answeredLate(message);
  }

  #notified({ id, status, payload }: MmsMessage): void {
    const technology = status.slice(0, 2);
    if (id === '0101' && CARD_SEEN.includes(status.slice(2, 6))) this.#core.swipeStarted();
    if (id === '0101' && status.slice(2) === CARD_DATA) {
      this.#isCardTold = true;
      this.#core.swipeStarted();
      tellSwipe(this.#core, parseMmsCard(payload, technology));
    }
    if (id === '0105') this.#completed(status);
  }

  #answeredLate({ payload }: MmsMessage): void {
    const swipe = parseStatusWordAnswer(payload);
    if (swipe === undefined) return;
    this.#isCardTold = true;
    this.#core.swipeStarted();
    tellSwipe(this.#core, swipe);
  }

  /** The end of a transaction. One that gave no card is begun anew, as long as the port wants a card. */
  #completed(status: string): void {
    this.#isRunning = false;
    const isReadError = status.slice(2, 6) === '0305';
    if (!this.#isCardTold && this.#indication !== undefined && this.#core.armed) {
      if (isReadError) this.#core.swipeFailed('READER.TRACK2_UNREADABLE');
      else this.#core.swipeDismissed();
    }
    this.#playDue();
    if (!this.#core.armed || this.#indication === undefined) return;
    this.#stopRestart();
    this.#stopRestart = this.#core.clock.after(RESTART_MS, () => {
      void this.#restart();
    });
  }

  async #restart(): Promise<void> {
    const indication = this.#indication;
    if (indication === undefined || !this.#core.armed || this.#isRunning) return;
    await this.#inTurn(() => this.#start(startParameters(indication))).catch(() => {
      this.#core.fault('READER.REFUSED');
    });
  }

  async #start(parameters: Bytes): Promise<void> {
    this.#isCardTold = false;
    const { payload } = await this.#request(START, parameters);
    if (parseStatusWordAnswer(payload)?.outcome === 'failed') throw refusal('READER.REFUSED');
    this.#isRunning = true;
  }

  async #cancel(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    await this.#request(CANCEL).catch(() => undefined);
  }

  #playDue(): void {
    const sound = this.#due;
    this.#due = [];
    void this.#inTurn(() => this.#beep(sound));
  }

  /** A reader without a buzzer says so; the page has its own sound. */
  async #beep(sound: readonly Tone[]): Promise<void> {
    if (sound.length === 0) return;
    const limitMs = sound.reduce((sum, { ms }) => sum + ms, ANSWER_LIMIT_MS);
    const isStarted = await this.#request(BEEP, beepParameters(sound)).then(
      ({ status }) => status.startsWith('01'),
      () => false,
    );
    const isOver = ({ type, id }: MmsMessage): boolean => type === 'notification' && id === '1805';
    if (isStarted) await this.#answer.next(isOver, limitMs).catch(() => undefined);
  }

  /** A session of its own, after the transaction; the reader shows what is to be done. */
  requestPin(card: PresentedCard, signal: AbortSignal): Promise<ReaderPin> {
    return this.#inTurn(async () => {
      const { command, begin, end } = pinEntryFor(card);
      await this.#cancel();
      const over = this.#pinEntry.next(({ id }) => id === '0205', (PIN_ENTRY_SECONDS + 5) * 1_000);
      await this.#request(command, begin).catch(pinPadMissing);
      const close = (how: 'cancel' | 'successful') => this.#request(command, end(how)).catch(() => undefined);
      try {
        const { status, payload } = await Promise.race([over, aborted(signal)]);
        const pin = parsePinEntry(status, payload);
        await close('successful');
        return pin;
      } catch (error) {
        await close('cancel');
        const isSilent = error instanceof DomainError && error.code === 'READER.CONNECT_TIMEOUT';
        throw isSilent ? refusal('READER.PIN_TIMEOUT') : error;
      }
    });
  }

  /** Throws `READER.REFUSED` for a status that is not 00, 01, 40 or 41. */
  async #request(command: number, parameters?: Bytes): Promise<MmsMessage> {
    this.#reference = (this.#reference + 1) & 0xff;
    const reference = this.#reference;
    const answer = this.#answer.next((message) => message.type === 'response' && message.reference === reference);
    for (const packet of mmsPackets(mmsRequest(reference, command, parameters))) await this.#wire.send(0, packet);
    const message = await answer;
    if (!/^[04][01]/.test(message.status)) throw refusal('READER.REFUSED');
    return message;
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(task);
    this.#turn = run.catch(() => undefined);
    return run;
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(refusal('READER.PIN_CANCELED'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });

const PRODUCTS: readonly number[] = [0x2020, 0x2023, 0x2024];

export const magtekDynaFlex: HidFamily = {
  kind: 'dynaflex',
  label: 'MagTek DynaFlex',
  vendorId: 0x0801,
  abilities: { light: false, sound: true, vibration: false, protectsCard: true, pinPad: true },
  matches: ({ vendorId, productId }) => vendorId === 0x0801 && PRODUCTS.includes(productId),
  protocol: (core, wire) => new DynaFlex(core, wire),
};
