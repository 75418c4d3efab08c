import { Sensitive } from '@openswipe/kernel';
import type { Bytes } from '../bytes.js';
import type { Tlv } from '../tlv.js';
import { emvError } from './emv-error.js';

/**
 * The primitive data objects of one application by tag, known or not: what the kernel does not use is carried along for
 * the issuer.
 */
export class DataObjects {
  readonly #values = new Map<string, Bytes>();

  /**
   * Adds the primitive objects of `objects`, templates opened. Throws `CARD.EMV_DATA_REPEATED`: a second value for a
   * tag ends the transaction (EMV Book 3, 10.2).
   */
  add(objects: readonly Tlv[]): void {
    for (const { tag, value, children } of objects) {
      if (children !== undefined) this.add(children);
      else if (this.#values.has(tag)) throw emvError('CARD.EMV_DATA_REPEATED', `The card has ${tag} twice`, { tag });
      else this.#values.set(tag, value);
    }
  }

  find(tag: string): Bytes | undefined {
    return this.#values.get(tag);
  }

  /** Throws `CARD.EMV_DATA_MISSING`. */
  get(tag: string): Bytes {
    const value = this.#values.get(tag);
    if (value === undefined) throw emvError('CARD.EMV_DATA_MISSING', `The card has no ${tag}`, { tag });
    return value;
  }

  /** Throws `CARD.EMV_DATA_INVALID` for a length outside `min` to `max`. */
  sized(tag: string, min: number, max = min): Bytes {
    const value = this.get(tag);
    if (value.length < min || value.length > max) throw dataInvalid(tag);
    return value;
  }

  /** All of them; secret as a whole, because PAN and track are among them. */
  all(): Sensitive<ReadonlyMap<string, Bytes>> {
    return new Sensitive(new Map(this.#values));
  }
}

export const dataInvalid = (tag: string) =>
  emvError('CARD.EMV_DATA_INVALID', `What the card has in ${tag} is malformed`, { tag });
