import type { Sensitive } from '@openswipe/kernel';
import type { Account } from '../domain/account.js';
import type { AttemptOutcome, Channel, Delivery } from '../domain/delivery.js';
import type { BiometricCredential } from '../domain/biometric-credential.js';
import type { Letter } from '../domain/letter.js';
import type { LogInTry, TryLimit } from '../domain/log-in-tries.js';
import type { Merchant } from '../domain/merchant.js';
import type { MobileBinding } from '../domain/mobile-binding.js';
import type { Reader, ReaderFact } from '../domain/reader.js';
import type { SessionFamily } from '../domain/session-family.js';
import type { Terminal } from '../domain/terminal.js';

export interface Accounts {
  /** False where the e-mail's key is taken. */
  insert(account: Account): Promise<boolean>;
  find(id: string): Promise<Account | undefined>;
  findByEmailKey(emailKey: string): Promise<Account | undefined>;
  /** Writes the number and its binding where `revision` is still the last; false where another change was first. */
  bindMobile(id: string, revision: number, mobile: string | undefined, next: MobileBinding): Promise<boolean>;
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
  /** enrolling or enrolled → revoked, and tells of it. */
  revoke(terminal: Pick<Terminal, 'id' | 'accountId'>, now: Date): Promise<void>;
}

export interface SessionFamilies {
  insert(family: SessionFamily): Promise<void>;
  find(id: string): Promise<SessionFamily | undefined>;
  /** Writes `next` where `currentHash` is still the current one; false where another refresh was first. */
  replace(next: SessionFamily, currentHash: string): Promise<boolean>;
  revoke(id: string): Promise<void>;
  deleteExpired(now: Date): Promise<void>;
}

/** Tries to log in, and codes that were sent: counted in the store, so that all replicas share the count. */
export interface LogInTries {
  /** Counts the try and returns undefined, or refuses it: seconds until the next may be admitted. */
  admit(key: string, next: LogInTry, limit: TryLimit): Promise<number | undefined>;
  /** A try that succeeded was no guess. */
  forget(key: string, id: string): Promise<void>;
  deleteExpired(now: Date): Promise<void>;
}

export interface Readers {
  /** False where this application is there already, or a replacement of the same reader. */
  insert(reader: Reader): Promise<boolean>;
  find(id: string): Promise<Reader | undefined>;
  findByApplicationKey(key: string): Promise<Reader | undefined>;
  findBySerialNumber(serialNumber: string): Promise<Reader | undefined>;
  findByInitialKeyId(initialKeyId: string): Promise<Reader | undefined>;
  findReplacement(readerId: string): Promise<Reader | undefined>;
  listOf(accountId: string): Promise<readonly Reader[]>;
  /** Of all accounts, in the order in which they were applied for. */
  listAll(pageSize: number, afterId: string): Promise<readonly Reader[]>;
  /** `raced`: not at `reader.revision` any more. `serial-taken`: another reader has that number or key. */
  replace(reader: Reader): Promise<'written' | 'raced' | 'serial-taken'>;
  listUntold(countMax: number): Promise<readonly Reader[]>;
  markTold(id: string, facts: readonly ReaderFact[]): Promise<void>;
}

export interface BiometricCredentials {
  /** False where the id is taken. */
  insert(credential: BiometricCredential): Promise<boolean>;
  find(id: string): Promise<BiometricCredential | undefined>;
  listOf(accountId: string, terminalId?: string): Promise<readonly BiometricCredential[]>;
  /** Writes counter and uses where `credential.revision` is still the last; false where another use was first. */
  noteUse(credential: BiometricCredential): Promise<boolean>;
  /** False where the account has none of that id. */
  remove(id: string, accountId: string): Promise<boolean>;
  removeOfTerminal(terminalId: string): Promise<void>;
}

/** What a registration has to answer, once. */
export interface BiometricChallenge {
  /** base64url */
  readonly challenge: string;
  readonly accountId: string;
  readonly terminalId: string;
  readonly expiresAt: Date;
}

export interface BiometricChallenges {
  insert(challenge: BiometricChallenge): Promise<void>;
  /** True for one caller, while the challenge holds. */
  take(challenge: Omit<BiometricChallenge, 'expiresAt'>, now: Date): Promise<boolean>;
  deleteExpired(now: Date): Promise<void>;
}

/** Web Authentication (W3C, Level 3) of this installation. What does not hold is undefined, never an exception. */
export interface WebAuthn {
  /** PublicKeyCredentialCreationOptionsJSON. */
  creationOptions(request: {
    readonly challenge: string;
    readonly terminalId: string;
    readonly userName: string;
    readonly displayName: string;
    readonly known: readonly BiometricCredential[];
  }): Promise<string>;
  /** What a RegistrationResponseJSON or AuthenticationResponseJSON says, unverified. */
  read(responseJson: string): { readonly credentialId: string; readonly challenge: string } | undefined;
  verifyRegistration(
    responseJson: string,
    challenge: string,
  ): Promise<Pick<BiometricCredential, 'id' | 'publicKey' | 'counter' | 'transports'> | undefined>;
  /** @returns the new signature counter */
  verifyAssertion(
    responseJson: string,
    challenge: string,
    credential: BiometricCredential,
  ): Promise<number | undefined>;
}

export interface Merchants {
  /** False where the idempotency key is taken. */
  insert(merchant: Merchant): Promise<boolean>;
  find(id: string): Promise<Merchant | undefined>;
  findAll(ids: readonly string[]): Promise<readonly Merchant[]>;
  findByApiKeyHash(hash: string): Promise<Merchant | undefined>;
  findByIdempotencyKey(key: string): Promise<Merchant | undefined>;
}

/** Enough of a delivery to decide whose turn it is. */
export type DueDelivery = Pick<Delivery, 'id' | 'recipientId'>;

export interface Deliveries {
  /** Insert-first: one that is already there stays as it is. */
  insertNew(deliveries: readonly Delivery[]): Promise<void>;
  /** What is due longest and held by nobody, of all recipients but `busyRecipients`; `countMax` at most. */
  findDue(now: Date, busyRecipients: readonly string[], countMax: number): Promise<readonly DueDelivery[]>;
  /** Where it is still due and held by nobody: counts the attempt, holds it until `leasedUntil`. */
  take(id: string, now: Date, leasedUntil: Date): Promise<Delivery | undefined>;
  /** Writes the outcome of the attempt numbered `delivery.attemptCount` and ends its lease. */
  conclude(delivery: Delivery): Promise<void>;
  /** The recipient answers again: what waits for it in this channel is due now. */
  wakeWaiting(recipientId: string, channel: Channel, now: Date): Promise<void>;
  listOf(orderId: string): Promise<readonly Delivery[]>;
  /** Since when the oldest delivery of a channel has been on its way; undefined = nothing waits. */
  oldestQueued(channel: Channel): Promise<Date | undefined>;
  /** Forgets concluded deliveries from before `before`, `countMax` at most; how many there were. */
  deleteConcluded(before: Date, countMax: number): Promise<number>;
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

/** Mails a letter. Never throws for what the other side does. */
export interface LetterSender {
  send(message: { readonly id: string; readonly to: string; readonly letter: Letter }): Promise<AttemptOutcome>;
}

/** Sends text messages. Never throws for what the other side does. */
export interface TextMessages {
  /** False where the installation has no gateway for them. */
  readonly isAvailable: boolean;
  send(message: {
    readonly id: string;
    /** E.164 */
    readonly to: string;
    readonly text: Sensitive<string>;
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
