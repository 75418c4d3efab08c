import { createHash } from 'node:crypto';
import { type Clock, DomainError, type Sensitive } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import { parseEmailAddress } from '../domain/email-address.js';
import { ACCOUNT_LIMIT, ADDRESS_LIMIT, type LogInTry } from '../domain/log-in-tries.js';
import { PASSWORD_LENGTH_MAX } from '../domain/password.js';
import type { OpenSession, Session } from './open-session.js';
import type { Accounts, LogInTries, Passwords, Random, Terminals } from './ports.js';

export interface LogInRequest {
  readonly email: string;
  readonly password: Sensitive<string>;
  /** Empty before the terminal is enrolled. */
  readonly terminalId: string;
  readonly remoteAddress: string;
}

export class LogIn {
  constructor(
    private readonly accounts: Accounts,
    private readonly terminals: Terminals,
    private readonly tries: LogInTries,
    private readonly passwords: Passwords,
    private readonly openSession: OpenSession,
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts the try first, then does the slow work. An unknown e-mail gets the answer and the work of a wrong password.
   * Throws `ACCOUNTS.TOO_MANY_TRIES`, `ACCOUNTS.CREDENTIALS_WRONG`, `ACCOUNTS.TERMINAL_NOT_FOUND`,
   * `ACCOUNTS.TERMINAL_REVOKED`.
   */
  async execute({ email, password, terminalId, remoteAddress }: LogInRequest): Promise<Session> {
    const emailKey = keyOf(email);
    const attempt: LogInTry = { id: this.random.bytes(8).toString('hex'), at: this.clock.now() };
    const keys = [
      ...(remoteAddress === '' ? [] : [{ key: tryKey('address', remoteAddress), limit: ADDRESS_LIMIT }]),
      { key: tryKey('account', emailKey), limit: ACCOUNT_LIMIT },
    ];
    for (const { key, limit } of keys) {
      const retryAfterSeconds = await this.tries.admit(key, attempt, limit);
      if (retryAfterSeconds !== undefined) throw refusal.tooManyTries(retryAfterSeconds);
    }
    const account = await this.accounts.findByEmailKey(emailKey);
    const tooLong = password.reveal('length').length > PASSWORD_LENGTH_MAX;
    const matches = !tooLong && (await this.passwords.verify(password, account?.passwordHash));
    if (!account || !matches) throw refusal.credentialsWrong();
    await Promise.all(keys.map(({ key }) => this.tries.forget(key, attempt.id)));
    if (terminalId === '') return this.openSession.execute(account.id);
    await this.#greetTerminal(terminalId, account.id);
    return this.openSession.execute(account.id, terminalId);
  }

  async #greetTerminal(terminalId: string, accountId: string): Promise<void> {
    if (await this.terminals.touch(terminalId, accountId, this.clock.now())) return;
    const terminal = await this.terminals.find(terminalId, accountId);
    throw terminal?.state === 'revoked' ? refusal.terminalRevoked() : refusal.terminalNotFound();
  }
}

/** The store needs to recognise who tries, not to know: a digest also bounds the key's length. */
const tryKey = (kind: 'account' | 'address', value: string): string =>
  createHash('sha256').update(`${kind}\0${value}`).digest('hex');

function keyOf(email: string): string {
  try {
    return parseEmailAddress(email).key;
  } catch (error) {
    if (error instanceof DomainError) return email;
    throw error;
  }
}
