import { DomainError, Sensitive } from '@openswipe/kernel';
import type { AesEngine, Key } from '../aes-engine.js';
import { toHex, type Bytes } from '../bytes.js';
import type { KeySerialNumber } from '../key-serial-number.js';
import { counterContext, deriveKey, initialContext, keyTypeOf, type KeyType, type KeyUsage } from './derivation.js';

/** The key a device is loaded with, as strong as the BDK (X9.24-3:2017 6.3.1, 6.3.3). Host only. */
export function deriveInitialKey(aes: AesEngine, bdk: Key, initialKeyId8: Bytes): Key {
  return new Sensitive(initialKey(aes, bdk.reveal('derive initial key'), toHex(initialKeyId8)));
}

/**
 * A transaction's working key from the BDK and the KSN alone (X9.24-3:2017 6.4): one step for each
 * one bit of the counter, from the left, then one for the usage. At most 18 AES steps; `DukptHost` remembers most.
 * Throws `CARD.KSN_INVALID` for counter 0, which is no transaction.
 */
export function hostDeriveWorkingKey(
  aes: AesEngine,
  bdk: Key,
  ksn: KeySerialNumber,
  usage: KeyUsage,
  keyType: KeyType,
): Key {
  return new DukptHost(aes, bdk, 1).workingKey(ksn, usage, keyType);
}

/** The key behind each one bit of a counter, from the left; the first one is the initial key, behind none. */
interface Step {
  /** The counter as far as this bit. */
  readonly prefix: number;
  readonly key: Bytes;
}

/**
 * The receiving side for many transactions of the same devices. A device counts upwards, so most of the keys on the way
 * to one counter are on the way to the next: those of the last counter are remembered, by device, the least recent one
 * forgotten first. It holds no more than its BDK gives anyway; memory of forgotten keys is overwritten.
 */
export class DukptHost {
  readonly #devices = new Map<string, readonly Step[]>();

  constructor(
    private readonly aes: AesEngine,
    private readonly bdk: Key,
    private readonly devicesMax = 10_000,
  ) {}

  /** Throws `CARD.KSN_INVALID` for counter 0, which is no transaction. */
  workingKey({ initialKeyId, counter }: KeySerialNumber, usage: KeyUsage, keyType: KeyType): Key {
    if (counter === 0) throw new DomainError('CARD.KSN_INVALID', 'Counter 0 is no transaction', { param: 'ksn' });
    const context = counterContext(initialKeyId, 0);
    const steps = this.#stepsTo(initialKeyId, counter, context);
    const { key } = steps.at(-1) as Step;
    return new Sensitive(deriveKey(this.aes, key, usage, keyType, at(context, counter)));
  }

  #stepsTo(initialKeyId: string, counter: number, context: Bytes): readonly Step[] {
    const known = this.#devices.get(initialKeyId) ?? [this.#initialStep(initialKeyId)];
    const steps = known.filter(({ prefix }) => isPrefix(prefix, counter));
    let { prefix, key } = steps.at(-1) as Step;
    const type = keyTypeOf(key);
    for (let bit = highestBit(counter - prefix); bit > 0; bit = highestBit(counter - prefix)) {
      prefix += bit;
      key = deriveKey(this.aes, key, 'key-derivation', type, at(context, prefix));
      steps.push({ prefix, key });
    }
    for (const gone of known) if (!steps.includes(gone)) gone.key.fill(0);
    this.#keep(initialKeyId, steps);
    return steps;
  }

  #initialStep(initialKeyId: string): Step {
    return { prefix: 0, key: initialKey(this.aes, this.bdk.reveal('derive working key'), initialKeyId) };
  }

  #keep(initialKeyId: string, steps: readonly Step[]): void {
    this.#devices.delete(initialKeyId);
    this.#devices.set(initialKeyId, steps);
    if (this.#devices.size <= this.devicesMax) return;
    const [[oldest, forgotten]] = this.#devices as Iterable<[string, readonly Step[]]> as [[string, readonly Step[]]];
    for (const { key } of forgotten) key.fill(0);
    this.#devices.delete(oldest);
  }
}

/** Whether the one bits of `prefix` are the leftmost ones of `counter`. */
const isPrefix = (prefix: number, counter: number): boolean => {
  if (prefix === 0) return true;
  const lowest = prefix % 2 === 1 ? 1 : lowestBit(prefix);
  return Math.floor(counter / lowest) * lowest === prefix;
};

// A counter has 32 bits: bitwise operators would take the highest one for a sign.
const lowestBit = (number: number): number => {
  const bit = number & -number;
  return bit < 0 ? 2 ** 31 : bit;
};
const highestBit = (number: number): number => (number === 0 ? 0 : 2 ** (31 - Math.clz32(number)));

const at = (context: Bytes, counter: number): Bytes => {
  new DataView(context.buffer).setUint32(4, counter);
  return context;
};

const initialKey = (aes: AesEngine, bdk: Bytes, initialKeyId: string): Bytes =>
  deriveKey(aes, bdk, 'initial-key', keyTypeOf(bdk), initialContext(initialKeyId));
