import type { Sensitive } from '@openswipe/kernel';
import { refusal } from './accounts-errors.js';
import type { EmailAddress } from './email-address.js';

const LENGTH_MIN = 10;
/** Long enough for any phrase, short enough that hashing it is not a way to stop the service. */
export const PASSWORD_LENGTH_MAX = 256;
const DIFFERENT_CHARACTERS_MIN = 4;
const WELL_KNOWN = /^(p[a@]ssw[o0]rd|qwerty|letmein|welcome|admin|iloveyou|abc123|123456|1q2w3e)[\d!@#.]*$/i;

/**
 * Length over composition (NIST SP 800-63B 3.1.1.2): 10 to 256 characters, not the e-mail, not a well-known one.
 * Throws `ACCOUNTS.PASSWORD_TOO_WEAK`.
 */
export function checkPassword(password: Sensitive<string>, email: EmailAddress): void {
  const text = password.reveal('password policy').normalize('NFKC');
  if (text.length < LENGTH_MIN || text.length > PASSWORD_LENGTH_MAX) {
    throw refusal.passwordTooWeak(`${LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters long`);
  }
  const known = WELL_KNOWN.test(text) || isSequence(text) || new Set(text).size < DIFFERENT_CHARACTERS_MIN;
  if (known || text.toLowerCase() === email.key || text.toLowerCase() === email.key.split('@')[0]) {
    throw refusal.passwordTooWeak('harder to guess');
  }
}

const isSequence = (text: string): boolean =>
  '01234567890123456789'.includes(text) || 'qwertyuiopasdfghjkl'.includes(text);
