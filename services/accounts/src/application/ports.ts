import type { Sensitive } from '@openswipe/kernel';
import type { Account, Locale } from '../domain/account.js';
import type { AttemptOutcome, Channel, Delivery } from '../domain/delivery.js';
import type { LogInTry, TryLimit } from '../domain/log-in-tries.js';
import type { Merchant } from '../domain/merchant.js';
import type { OrderEvent } from '../domain/order-notice.js';
import type { SessionFamily } from '../domain/session-family.js';
import type { Terminal } from '../domain/terminal.js';

export interface Accounts {
  /** False where the e-mail's key is taken. */
  insert(account: Account): Promise<boolean>;
  find(id: string): Promise<Account | undefined>;
  findByEmailKey(emailKey: string): Promise<Account | undefined>;
}

export interface Terminals {
  /** False where the derivation id is taken. */
  insert(terminal: Terminal): Promise<boolean>;
  /** enrolling → enrolled. */
  confirm(id: string): Promise<void>;
  listOf(accountId: string): Promise<readonly Terminal[]>;
  countEnrolled(accountId: string): Promise<number>;
  find(id: string, accountId: string): Promise<Terminal | undefined>;
  /** Notes that an enrolled terminal was here; false where it is not (or no longer) enrolled. One step, so a revoked
   *  terminal cannot slip through between the look and the answer. */
  touch(id: string, accountId: string, now: Date): Promise<boolean>;
  revoke(id: string): Promise<void>;
}

export interface SessionFamilies {
  insert(family: SessionFamily): Promise<void>;
  find(id: string): Promise<SessionFamily | undefined>;
  /** Writes `next` where `currentHash` is still the current one; false where another refresh was first. */
  replace(next: SessionFamily, currentHash: string): Promise<boolean>;
  revoke(id: string): Promise<void>;
  deleteExpired(now: Date): Promise<void>;
}

/** Tries to log in, counted in the store, so that all replicas share the count. */
export interface LogInTries {
  /** Counts the try and returns undefined, or refuses it: seconds until the next may be admitted. */
  admit(key: string, next: LogInTry, limit: TryLimit): Promise<number | undefined>;
  /** A try that succeeded was no guess. */
  forget(key: string, id: string): Promise<void>;
  deleteExpired(now: Date): Promise<void>;
}

export interface Merchants {
  /** False where the idempotency key is taken. */
  insert(merchant: Merchant): Promise<boolean>;
  find(id: string): Promise<Merchant | undefined>;
  findAll(ids: readonly string[]): Promise<readonly Merchant[]>;
  findByApiKeyHash(hash: string): Promise<Merchant | undefined>;
  findByIdempotencyKey(key: string): Promise<Merchant | undefined>;
}

export interface Deliveries {
  /** Insert-first: one that is already there stays as it is. */
  insertNew(deliveries: readonly Delivery[]): Promise<void>;
  /** Takes the longest-due delivery that nobody holds, counts the attempt, holds it until `leasedUntil`. */
  takeDue(now: Date, leasedUntil: Date, busyRecipients: readonly string[]): Promise<Delivery | undefined>;
  /** Writes the outcome of the attempt numbered `delivery.attemptCount` and ends its lease. */
  conclude(delivery: Delivery): Promise<void>;
  /** The recipient answers again: what waits for it is due now. */
  wakeWaiting(recipientId: string, now: Date): Promise<void>;
  listOf(orderId: string): Promise<readonly Delivery[]>;
  /** Since when the oldest delivery of a channel has been on its way; undefined = nothing waits. */
  oldestQueued(channel: Channel): Promise<Date | undefined>;
}

/** Slow, salted password hashes. */
export interface Passwords {
  hash(password: Sensitive<string>): Promise<string>;
  /** Does the same work where there is no hash to compare with, and says no. */
  verify(password: Sensitive<string>, hash: string | undefined): Promise<boolean>;
}

/** Encrypts what is kept. `context` binds a sealed text to its place: it opens nowhere else. */
export interface Cipher {
  seal(text: Sensitive<string>, context: string): string;
  open(sealed: string, context: string): Sensitive<string>;
  /** Keyed digest, hex: equal texts can be recognised, not guessed. */
  digest(text: string, context: string): string;
}

export interface RefreshTokens {
  /** The first token of a new family, which it names. */
  mint(): { readonly familyId: string; readonly token: string; readonly hash: string };
  /** Undefined where the text is no refresh token at all. */
  read(token: string): { readonly familyId: string; readonly hash: string } | undefined;
  /** The one token that may follow; the same each time. */
  successorOf(token: string): { readonly token: string; readonly hash: string };
}

export interface AccessTokens {
  issue(claims: {
    readonly accountId: string;
    readonly terminalId?: string | undefined;
    readonly familyId: string;
    readonly now: Date;
  }): Promise<{ readonly token: string; readonly expiresAt: Date }>;
}

export interface CertificateAuthority {
  readonly certificate: string;
  /** Checks a PKCS#10 request and signs its key. Throws `ACCOUNTS.CERTIFICATE_REQUEST_INVALID`. */
  certify(
    request: string,
    terminalId: string,
    now: Date,
  ): {
    readonly certificate: string;
    /** SubjectPublicKeyInfo, DER. */
    readonly publicKey: Buffer;
  };
}

/** An initial DUKPT key, enciphered to the terminal; this service cannot read it. */
export interface InitialKey {
  readonly initialKeyId: Buffer;
  readonly encryptedKey: Buffer;
  readonly keyCheckValue: string;
}

/** The services that own the base derivation keys. */
export interface KeyIssuers {
  issue(request: {
    readonly terminalId: string;
    readonly derivationId: Buffer;
    readonly publicKey: Buffer;
  }): Promise<{ readonly dataKey: InitialKey; readonly pinKey: InitialKey }>;
}

/** Posts a signed webhook. Never throws for what the other side does. */
export interface WebhookSender {
  send(message: {
    readonly id: string;
    readonly url: string;
    readonly secret: Sensitive<string>;
    readonly body: string;
  }): Promise<AttemptOutcome>;
}

/** Mails the bill of a paid order. Never throws for what the other side does. */
export interface BillSender {
  send(message: {
    readonly id: string;
    readonly to: string;
    readonly locale: Locale;
    readonly event: OrderEvent;
  }): Promise<AttemptOutcome>;
}

/** What happened to deliveries, for the log and the metrics. */
export interface DeliveryWatcher {
  concluded(delivery: Delivery, channel: Channel): void;
}

export interface Random {
  /** `count` unpredictable bytes. */
  bytes(count: number): Buffer;
  /** 0 … 1 */
  chance(): number;
}
