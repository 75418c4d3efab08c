import { DomainError } from '@openswipe/kernel';
import type { AesEngine, Key } from '../aes-engine.js';
import type { KeySerialNumber } from '../key-serial-number.js';
import type { KeyStore } from '../key-store.js';
import { DukptHost } from './receiving-side.js';

/**
 * The BDKs of one use: the current one, under which initial keys are given out, and others, whose devices go on until
 * they have a new initial key. Their names in the store are `id:BDK id`; the bare id stands for the current one. A KSN
 * begins with the id of its BDK (X9.24-3:2017, 6.1).
 */
export class BaseDerivationKeys {
  readonly current: { readonly bdkId: string; readonly bdk: Key };
  readonly #hosts = new Map<string, DukptHost>();

  /**
   * @param keyId of these keys in the store
   * @param currentId BDK id of the current one: 8 hex digits, lower case
   * Throws `CARD.KEY_UNKNOWN` where the store has no current one.
   */
  constructor(
    private readonly aes: AesEngine,
    private readonly keys: Pick<KeyStore, 'key' | 'has'>,
    private readonly keyId: string,
    currentId: string,
  ) {
    const name = `${keyId}:${currentId}`;
    this.current = { bdkId: currentId, bdk: keys.key(keys.has(name) ? name : keyId) };
  }

  /** Throws `CARD.KSN_INVALID` where the BDK of this KSN is not here, or not any more. */
  hostOf({ initialKeyId }: KeySerialNumber): DukptHost {
    const bdkId = initialKeyId.slice(0, 8);
    const host = this.#hosts.get(bdkId) ?? new DukptHost(this.aes, this.#bdk(bdkId));
    this.#hosts.set(bdkId, host);
    return host;
  }

  #bdk(bdkId: string): Key {
    if (bdkId === this.current.bdkId) return this.current.bdk;
    const name = `${this.keyId}:${bdkId}`;
    if (this.keys.has(name)) return this.keys.key(name);
    throw new DomainError('CARD.KSN_INVALID', 'This KSN belongs to another BDK', { param: 'ksn' });
  }
}
