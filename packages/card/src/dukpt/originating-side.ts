import { DomainError, Sensitive } from '@openswipe/kernel';
import type { AesEngine, Key } from '../aes-engine.js';
import { fromHex, toHex, type Bytes } from '../bytes.js';
import { KeySerialNumber, lowestOneBit, MAX_ONE_BITS, oneBits } from '../key-serial-number.js';
import { counterContext, deriveKey, keyTypeOf, type KeyType, type KeyUsage } from './derivation.js';

const REGISTERS = 32;

/** All a terminal must remember, as plain JSON. It holds keys: store it encrypted only, and never log it. */
export interface DukptState {
  readonly initialKeyId: string;
  /** Of the last transaction; 0 before the first. */
  readonly counter: number;
  /**
   * Intermediate derivation keys, hexadecimal; `null` once used. Register i serves counters whose lowest one is bit i.
   */
  readonly registers: readonly (string | null)[];
}

/**
 * The originating side of AES DUKPT (X9.24-3:2017 6.5; its routines' names in quotes): 32 intermediate keys instead of
 * the initial key. Each serves one counter and is destroyed at its use, so whoever opens the device later cannot read
 * what it sent before.
 */
export class DukptTerminal {
  readonly #aes: AesEngine;
  readonly #registers: (Bytes | null)[];
  #ksn: KeySerialNumber;

  private constructor(aes: AesEngine, ksn: KeySerialNumber, registers: (Bytes | null)[]) {
    this.#aes = aes;
    this.#ksn = ksn;
    this.#registers = registers;
  }

  /** "Load Initial Key". The initial key is not kept. Throws `CARD.KEY_INVALID`, `CARD.KSN_INVALID`. */
  static initialize(aes: AesEngine, initialKey: Key, initialKeyId: string): DukptTerminal {
    const terminal = new DukptTerminal(aes, KeySerialNumber.of(initialKeyId, 0), new Array(REGISTERS).fill(null));
    terminal.#fillBelow(REGISTERS, initialKey.reveal('derive intermediate keys'));
    return terminal;
  }

  /** Throws `CARD.DUKPT_STATE_INVALID`; no key is in the message. */
  static fromState(aes: AesEngine, state: DukptState): DukptTerminal {
    const { initialKeyId, counter, registers } = state ?? {};
    if (!Array.isArray(registers) || registers.length !== REGISTERS) throw stateInvalid();
    const length = (registers.find((hex) => typeof hex === 'string')?.length ?? 32) / 2;
    if (![16, 24, 32].includes(length)) throw stateInvalid();
    const keys = registers.map((hex: unknown) =>
      hex === null ? null : fromHex(hex, length, 'CARD.DUKPT_STATE_INVALID', 'A key register'),
    );
    return new DukptTerminal(aes, KeySerialNumber.of(initialKeyId, counter), keys);
  }

  toState(): DukptState {
    return {
      initialKeyId: this.#ksn.initialKeyId,
      counter: this.#ksn.counter,
      registers: this.#registers.map((key) => key && toHex(key)),
    };
  }

  /**
   * Working keys of the next transaction ("Generate Working Keys"). When this returns, the counter has moved and the
   * derivation key is gone. Store `toState()` before a key is used: a crash then loses a counter but never repeats one.
   * Throws `CARD.KEY_EXHAUSTED` after the last counter.
   */
  next<U extends KeyUsage>(
    usages: readonly U[],
    keyType: KeyType = 'aes128',
  ): { ksn: KeySerialNumber; keys: Readonly<Record<U, Key>> } {
    const ksn = this.#ksn.next();
    const register = lowestOneBit(ksn.counter);
    const derivationKey = this.#registers[register];
    if (!derivationKey) throw stateInvalid();
    const context = counterContext(ksn.initialKeyId, ksn.counter);
    const derive = (usage: U) => new Sensitive(deriveKey(this.#aes, derivationKey, usage, keyType, context));
    const keys = Object.fromEntries(usages.map((usage) => [usage, derive(usage)])) as Record<U, Key>;

    this.#ksn = ksn;
    if (oneBits(ksn.counter) < MAX_ONE_BITS) this.#fillBelow(register, derivationKey);
    derivationKey.fill(0);
    this.#registers[register] = null;
    return { ksn, keys };
  }

  /** "Update Derivation Keys": the children of `parent` that differ from the counter in one lower bit. */
  #fillBelow(register: number, parent: Bytes): void {
    const { initialKeyId, counter } = this.#ksn;
    for (let bit = 0; bit < register; bit++) {
      const context = counterContext(initialKeyId, counter + 2 ** bit);
      this.#registers[bit] = deriveKey(this.#aes, parent, 'key-derivation', keyTypeOf(parent), context);
    }
  }
}

const stateInvalid = (): DomainError =>
  new DomainError('CARD.DUKPT_STATE_INVALID', 'This is not the state of a DUKPT terminal');
