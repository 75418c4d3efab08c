import { fromHex, type Bytes } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';
import type { IndicationSignal } from '../indication-signal.js';
import { refusal, type ReaderCore } from '../reader-core.js';
import type { HidFamily, HidProtocol } from './hid-reader.js';
import type { HidWire } from './hid-wire.js';
import {
  describesMagneSafe,
  PUBLISHED_LENGTHS,
  publishedMap,
  reportMapOf,
  type ReportMap,
} from './magnesafe-layout.js';
import { parseMagneSafe } from './magnesafe-report.js';
import { COMMAND, MagTekCommands } from './magtek-commands.js';
import { tellSwipe, trackText } from './swipe-report.js';

/** What a reader asks before it enters its authenticated mode; both challenges are encrypted. */
export interface ReaderChallenge {
  /** 10 bytes. */
  readonly ksn: Bytes;
  /** 8 bytes each. */
  readonly challenge1: Bytes;
  readonly challenge2: Bytes;
}

/**
 * The platform's side of the authenticated mode: only who knows the reader's key can answer. The reply is 16 bytes: six
 * bytes of challenge 1 and a time limit, then the session id, each encrypted under the reader's key. No reply means
 * that nothing is to be proved, as when a reader is only tried out.
 */
export interface ReaderAuthenticator {
  reply(challenge: ReaderChallenge, indication: IndicationSignal): Promise<Bytes | undefined>;
}

const DEVICE_SERIAL_NUMBER = 0x03;

/** Swipe, insert, and wireless on its cable. */
const PRODUCTS: readonly number[] = [0x0011, 0x0013, 0x0014];

/**
 * MagneSafe V5 (Dynamag and kin). It has no command for light or sound, so the indication signal goes in by one of two
 * ways: the session id is set to the first 8 bytes of the order digest and comes back encrypted within the swipe, tied
 * to that order; or, given an authenticator, the reader's authenticated mode, in which it blinks by itself because a
 * host that knows its key wants a card (CN102750632A [0028], [0030]). Every swipe ends that mode, also one that was not
 * read (MagTek 99875475, section 2, command 0x10), so the port arms it again.
 */
class MagneSafeV5 implements HidProtocol {
  readonly #core: ReaderCore;
  readonly #wire: HidWire;
  readonly #commands: MagTekCommands;
  readonly #authenticator: ReaderAuthenticator | undefined;
  #isAuthenticated = false;

  constructor(core: ReaderCore, wire: HidWire, authenticator?: ReaderAuthenticator) {
    this.#core = core;
    this.#wire = wire;
    this.#commands = new MagTekCommands(wire);
    this.#authenticator = authenticator;
  }

  /** A reader without a key refuses to name its KSN: that is an answer too. */
  async opened(): Promise<void> {
    await this.#commands.send(COMMAND.keySerialNumber).catch(passOver('READER.REFUSED'));
  }

  /** By the authenticated mode where reader and platform have it, else by the session id alone. */
  async arm(indication: IndicationSignal): Promise<void> {
    this.#isAuthenticated = false;
    this.#isAuthenticated = this.#authenticator ? await this.#authenticate(this.#authenticator, indication) : false;
    if (this.#isAuthenticated) return;
    const { sessionId } = indication;
    await this.#commands.send(COMMAND.setSessionId, fromHex(sessionId, 8, 'READER.REFUSED', 'The session id'));
  }

  /** Up to 15 characters; some readers were given none. */
  async serialNumber(): Promise<string | undefined> {
    const property = Uint8Array.of(DEVICE_SERIAL_NUMBER);
    const answer = await this.#commands.send(COMMAND.getProperty, property).catch(passOver('READER.REFUSED'));
    return (answer && trackText(answer)) || undefined;
  }

  report(reportId: number, bytes: Bytes): void {
    const { swipe, isInserting } = parseMagneSafe(bytes, this.#mapOf(reportId, bytes.length));
    // The card comes out of an insert reader again, and may be readable then.
    if (isInserting && swipe.outcome === 'failed') return;
    this.#core.swipeStarted();
    tellSwipe(this.#core, swipe);
  }

  get sleepsAfterSwipe(): boolean {
    return this.#isAuthenticated;
  }

  /** False where the reader has no such mode at its security level, or nothing is to be proved. */
  async #authenticate(authenticator: ReaderAuthenticator, indication: IndicationSignal): Promise<boolean> {
    const answer = await this.#commands.sendIfSupported(COMMAND.activateAuthenticatedMode);
    if (answer === undefined) return false;
    if (answer.length !== 26) throw refusal('READER.REPORT_INVALID');
    const challenge = { ksn: answer.slice(0, 10), challenge1: answer.slice(10, 18), challenge2: answer.slice(18) };
    const reply = await authenticator.reply(challenge, indication);
    if (reply === undefined) return false;
    await this.#commands.send(COMMAND.activationChallengeReply, reply);
    return true;
  }

  #mapOf(reportId: number, length: number): ReportMap {
    const map = reportMapOf(this.#wire.collections, reportId);
    if (map !== undefined) return map;
    if (!PUBLISHED_LENGTHS.includes(length)) throw refusal('READER.REPORT_INVALID');
    return publishedMap(length);
  }
}

function passOver(code: string): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof DomainError) || error.code !== code) throw error;
    return undefined;
  };
}

export function magtekMagneSafeV5(authenticator?: ReaderAuthenticator): HidFamily {
  return {
    kind: 'magtek',
    label: 'MagTek MagneSafe V5',
    vendorId: 0x0801,
    abilities: { light: authenticator !== undefined, sound: false, vibration: false, protectsCard: true },
    matches: ({ vendorId, productId, collections }) =>
      vendorId === 0x0801 && (PRODUCTS.includes(productId) || describesMagneSafe(collections)),
    protocol: (core, wire) => new MagneSafeV5(core, wire, authenticator),
  };
}
