import { DomainError } from '@openswipe/kernel';

export const ENTRY_MODES = ['magstripe', 'contact', 'contactless'] as const;
export type EntryMode = (typeof ENTRY_MODES)[number];

/** The card as the terminal read it. `chip` stands exactly where the entry mode is not `magstripe`. */
export interface ReadCard {
  readonly entryMode: EntryMode;
  /** `;PAN=YYMMSSS…?` */
  readonly track2: string;
  readonly readerKind: string;
  /** Whether the reader says that the card is protected [0048]. */
  readonly readerProtected: boolean;
  /** BER-TLV of ISO 8583 field 55, hexadecimal: what the chip made for its issuer. */
  readonly chip?: { readonly field55: string };
}

/**
 * What `ciphertext` is: one track 2 of a MagTek or ID TECH reader, sentinels included and zeros behind; or the
 * encrypted part of a MagTek chip message (tag DFDF59: container FC with tags 57, 5A or the tracks in F4).
 */
export const PROTECTED_FORMS = ['magtek-track2', 'idtech-track2', 'magtek-arqc'] as const;
export type ProtectedForm = (typeof PROTECTED_FORMS)[number];

/** The card as a reader encrypted it; the terminal has no key for it and passes it through unread [0048]. */
export interface ProtectedCard {
  readonly entryMode: EntryMode;
  readonly readerKind: string;
  readonly readerProtected: true;
  readonly protectedTrack: {
    readonly suite: 'mt1';
    readonly form: ProtectedForm;
    readonly cipher: 'tdes' | 'aes';
    /** Of the reader's DUKPT: 10 bytes (X9.24-1; with `aes` only ID TECH's) or 12 (X9.24-3), hexadecimal. */
    readonly ksn: string;
    /** Whole blocks, hexadecimal. */
    readonly ciphertext: string;
    /** As it came back encrypted, 8 or 16 bytes in hexadecimal: ties the swipe to the order [0028]. */
    readonly sessionId?: string;
  };
}

/** What a terminal encrypts: card info + fee info + security info (CN102750632A [0034], claim 2). */
export interface TransactionData {
  readonly card: ReadCard | ProtectedCard;
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
    /**
     * Where the PIN was entered on the reader, which made the block under its own PIN key: format 0 under TDES DUKPT
     * (a KSN of 10 bytes), format 4 under AES DUKPT (12 bytes).
     */
    readonly pinPad?: 'reader';
    /** Digest of the signature's points and the order digest, hexadecimal [0051]. */
    readonly signature?: { readonly digest: string };
    /** WebAuthn assertion over `biometricMessage`, its JSON as text [0050]. */
    readonly biometric?: { readonly assertion: string };
  };
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** The track 2 of a card that no reader encrypted. Throws `CARD.ENVELOPE_INVALID` for another. */
export function track2Of(card: TransactionData['card']): string {
  if ('track2' in card) return card.track2;
  throw new DomainError('CARD.ENVELOPE_INVALID', 'The reader of this card encrypted it');
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

const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

const readBy = { readerKind: text, readerProtected: (value: unknown) => typeof value === 'boolean' };
const wholeBytes = (most: number): Check => matches(new RegExp(`^(?:[0-9a-f]{2}){1,${most}}$`, 'i'));
const protectedTrack = { suite: oneOf('mt1'), form: oneOf(...PROTECTED_FORMS), sessionId: optional(wholeBytes(16)) };
const aesTrack = { ...protectedTrack, cipher: oneOf('aes'), ciphertext: matches(/^(?:[0-9a-f]{32}){1,64}$/i) };

const isCard = either(
  object({ ...readBy, entryMode: oneOf('magstripe'), track2: text }),
  object({
    ...readBy,
    entryMode: oneOf('contact', 'contactless'),
    track2: text,
    chip: object({ field55: wholeBytes(1024) }),
  }),
  object({
    ...readBy,
    entryMode: oneOf(...ENTRY_MODES),
    readerProtected: oneOf(true),
    protectedTrack: either(
      object({
        ...protectedTrack,
        cipher: oneOf('tdes'),
        ksn: matches(/^[0-9a-f]{20}$/i),
        ciphertext: matches(/^(?:[0-9a-f]{16}){1,128}$/i),
      }),
      object({ ...aesTrack, ksn: matches(/^[0-9a-f]{24}$/i) }),
      object({ ...aesTrack, form: oneOf('idtech-track2'), ksn: matches(/^[0-9a-f]{20}$/i) }),
    ),
  }),
);

const checks = {
  signature: optional(object({ digest: matches(/^[0-9a-f]{64}$/i) })),
  biometric: optional(object({ assertion: text })),
};
const format4 = { pinBlock: matches(/^[0-9a-f]{32}$/i), pinKsn: matches(/^[0-9a-f]{24}$/i) };
const isSecurity = either(
  object({ ...checks, pinBlock: optional(format4.pinBlock), pinKsn: optional(format4.pinKsn) }),
  object({ ...checks, ...format4, pinPad: oneOf('reader') }),
  object({
    ...checks,
    pinBlock: matches(/^[0-9a-f]{16}$/i),
    pinKsn: matches(/^[0-9a-f]{20}$/i),
    pinPad: oneOf('reader'),
  }),
);

const isTransactionData = object({
  card: isCard,
  fee: object({
    orderId: text,
    orderDigest: matches(/^[0-9a-f]{64}$/),
    amountMinor: matches(/^[0-9]{1,19}$/),
    currency: matches(/^[A-Z]{3}$/),
  }),
  security: isSecurity,
  createdAt: text,
});

/** Shape only. Throws `CARD.ENVELOPE_INVALID`, which does not say where: the value is secret. */
export function parseTransactionData(value: unknown): TransactionData {
  if (isTransactionData(value)) return value as TransactionData;
  throw new DomainError('CARD.ENVELOPE_INVALID', 'The transaction data does not have the shape of suite os1');
}
