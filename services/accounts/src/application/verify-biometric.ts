import { createHash } from 'node:crypto';
import type { Clock } from '@openswipe/kernel';
import { judgeUse, noteUse } from '../domain/biometric-credential.js';
import type { BiometricCredentials, Terminals, WebAuthn } from './ports.js';
import { RACED, untilWritten } from './until-written.js';

export interface BiometricCheck {
  readonly accountId: string;
  readonly terminalId: string;
  /** 32 bytes, one transaction's own. */
  readonly challenge: Buffer;
  /** AuthenticationResponseJSON. */
  readonly assertionJson: string;
}

/** The reason why not, or nothing. */
export type BiometricVerdict = '' | 'ACCOUNTS.BIOMETRIC_UNKNOWN' | 'ACCOUNTS.BIOMETRIC_WRONG';

/** Whether the holder of an account was verified at a terminal for one transaction [0050]. */
export class VerifyBiometric {
  constructor(
    private readonly terminals: Terminals,
    private readonly credentials: BiometricCredentials,
    private readonly webAuthn: WebAuthn,
    private readonly clock: Clock,
  ) {}

  /**
   * The counter moves and the challenge is used up by one guarded write, so the same assertion gets the same answer
   * again, and another one for the same challenge is wrong.
   */
  async execute({ accountId, terminalId, challenge, assertionJson }: BiometricCheck): Promise<BiometricVerdict> {
    const text = challenge.toString('base64url');
    const use = { challenge: text, assertionHash: createHash('sha256').update(assertionJson).digest('base64url') };
    const claimed = this.webAuthn.read(assertionJson);
    if (!claimed) return 'ACCOUNTS.BIOMETRIC_WRONG';
    const terminal = await this.terminals.find(terminalId, accountId);
    if (terminal?.state !== 'enrolled') return 'ACCOUNTS.BIOMETRIC_UNKNOWN';
    return untilWritten<BiometricVerdict>('the use of the credential could not be noted', async () => {
      const known = await this.credentials.listOf(accountId, terminalId);
      const judged = judgeUse(known, use);
      if (judged !== 'new') return judged === 'same' ? '' : 'ACCOUNTS.BIOMETRIC_WRONG';
      const credential = known.find(({ id }) => id === claimed.credentialId);
      if (!credential) return 'ACCOUNTS.BIOMETRIC_UNKNOWN';
      const counter = await this.webAuthn.verifyAssertion(assertionJson, text, credential);
      if (counter === undefined) return 'ACCOUNTS.BIOMETRIC_WRONG';
      const isNoted = await this.credentials.noteUse(noteUse(credential, use, counter, this.clock.now()));
      return isNoted ? '' : RACED;
    });
  }
}
