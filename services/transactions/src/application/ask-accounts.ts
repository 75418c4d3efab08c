import { biometricMessage } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';
import { createHash } from 'node:crypto';
import type { Reason } from '../domain/transaction.js';
import type { Accounts } from './ports.js';

/** What `accounts` must agree to before a transaction is verified. */
export interface AccountsQuestion {
  readonly transactionId: string;
  readonly accountId: string;
  readonly terminalId: string;
  /** Of a reader with keys of its own: of its card key and of its PIN pad's, none twice. */
  readonly readerKeyIds: readonly string[];
  readonly biometric?: { readonly assertion: string; readonly orderDigest: string; readonly ksn: string };
}

/** A batch of any size keeps this many calls on their way. */
const CALLS_AT_ONCE = 16;

/** Whether readers may be used and holders were verified. Both questions may be repeated and get the same answer. */
export class AskAccounts {
  constructor(private readonly accounts: Accounts) {}

  /** Gives the refusals by transaction id. Throws `TransientFault` when `accounts` does not answer. */
  async execute(questions: readonly AccountsQuestion[]): Promise<ReadonlyMap<string, Reason>> {
    const refusals = new Map<string, Reason>();
    const open = questions.filter(({ readerKeyIds, biometric }) => readerKeyIds.length > 0 || biometric).values();
    const askInTurn = async () => {
      for (const question of open) {
        const code = await this.#ask(question);
        if (code !== '') refusals.set(question.transactionId, { code, facts: {} });
      }
    };
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, askInTurn));
    return refusals;
  }

  async #ask({ accountId, terminalId, readerKeyIds, biometric }: AccountsQuestion): Promise<string> {
    try {
      for (const keyId of readerKeyIds) {
        const ofReader = await this.accounts.checkReader(accountId, keyId);
        if (ofReader !== '') return ofReader;
      }
      // An assertion is used up by its verification: not for a card that is refused anyway.
      if (!biometric) return '';
      const message = biometricMessage(biometric.orderDigest, biometric.ksn);
      const challenge = createHash('sha256').update(message).digest();
      return await this.accounts.verifyBiometric({ accountId, terminalId, challenge, assertion: biometric.assertion });
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      throw error;
    }
  }
}
