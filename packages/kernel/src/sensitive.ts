const MASK = '[sensitive]';
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * A value that cannot be printed: `toString`, `toJSON`, template strings and Node's inspect all give a mask.
 * The value comes out only by `reveal(why)`, so every use can be found by searching for `.reveal(`.
 */
export class Sensitive<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** @param _why a short reason, for the reader of the code and the auditor's search. */
  reveal(_why: string): T {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [INSPECT](): string {
    return MASK;
  }
}
