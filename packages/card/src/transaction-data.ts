import { DomainError } from '@openswipe/kernel';

export const ENTRY_MODES = ['magstripe', 'contact', 'contactless'] as const;
export type EntryMode = (typeof ENTRY_MODES)[number];

/** What a terminal encrypts: card info + fee info + security info (CN102750632A [0034], claim 2). */
export interface TransactionData {
  readonly card: {
    readonly entryMode: EntryMode;
    /** `;PAN=YYMMSSS…?`, or the ciphertext of a reader that encrypts itself. */
    readonly track2: string;
    readonly readerKind: string;
    /** Whether the reader says that the card is protected [0048]. */
    readonly readerProtected: boolean;
  };
  readonly fee: {
    readonly orderId: string;
    /** SHA-256 of the canonical order, 64 hexadecimal digits, lower case. */
    readonly orderDigest: string;
    /** Decimal string of minor units. */
    readonly amountMinor: string;
    readonly currency: string;
  };
  readonly security: {
    /** ISO 9564 format 4, enciphered under the PIN BDK's key of `pinKsn`; hexadecimal. */
    readonly pinBlock?: string;
    readonly pinKsn?: string;
    /** Digest of the signature's points and the order digest, hexadecimal [0051]. */
    readonly signature?: { readonly digest: string };
    /** WebAuthn assertion over the order digest, JSON text [0050]. */
    readonly biometric?: { readonly assertion: string };
  };
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= 8192;
const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).every((name) => Object.hasOwn(fields, name)) &&
    Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]));

const isTransactionData = object({
  card: object({
    entryMode: (value) => (ENTRY_MODES as readonly unknown[]).includes(value),
    track2: text,
    readerKind: text,
    readerProtected: (value) => typeof value === 'boolean',
  }),
  fee: object({
    orderId: text,
    orderDigest: matches(/^[0-9a-f]{64}$/),
    amountMinor: matches(/^[0-9]{1,19}$/),
    currency: matches(/^[A-Z]{3}$/),
  }),
  security: object({
    pinBlock: optional(matches(/^[0-9a-f]{32}$/i)),
    pinKsn: optional(matches(/^[0-9a-f]{24}$/i)),
    signature: optional(object({ digest: matches(/^[0-9a-f]{64}$/i) })),
    biometric: optional(object({ assertion: text })),
  }),
  createdAt: text,
});

/** Shape only. Throws `CARD.ENVELOPE_INVALID`, which does not say where: the value is secret. */
export function parseTransactionData(value: unknown): TransactionData {
  if (isTransactionData(value)) return value as TransactionData;
  throw new DomainError('CARD.ENVELOPE_INVALID', 'The transaction data does not have the shape of suite os1');
}
