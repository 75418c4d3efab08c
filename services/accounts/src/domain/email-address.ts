import { domainToASCII } from 'node:url';
import { refusal } from './accounts-errors.js';

const LENGTH_MAX = 254; // RFC 5321 4.5.3.1.3, less the angle brackets
const SHAPE = /^[^\s@<>()[\],;:\\"\p{Cc}]{1,64}@([^\s@]{1,253})$/u;
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** The account name [0058]: as its owner writes it, and the key by which it is unique. */
export interface EmailAddress {
  readonly address: string;
  /** Lower case, NFC, host in ASCII: two spellings of one mailbox give one key. */
  readonly key: string;
}

/** Throws `ACCOUNTS.FIELD_INVALID`. Quoted local parts and address literals (RFC 5321) are not taken. */
export function parseEmailAddress(text: string): EmailAddress {
  const address = text.normalize('NFC').trim();
  const host = domainToASCII(SHAPE.exec(address)?.[1] ?? '');
  if (address.length > LENGTH_MAX || !HOST.test(host)) throw refusal.fieldInvalid('email', 'an e-mail address');
  return { address, key: `${address.slice(0, address.lastIndexOf('@')).toLowerCase()}@${host}` };
}
