import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Sensitive } from '@openswipe/kernel';
import type { RefreshTokens } from '../application/ports.js';
import { deriveKey } from './data-cipher.js';

const PREFIX = 'rt_';
const HANDLE_LENGTH = 16;
const SECRET_LENGTH = 32;

/**
 * `rt_` + base64url(handle ‖ secret). The family id is a digest of the handle: it stands in access tokens, and nobody
 * can make a refresh token of the family from it, so only a true copy can trip the reuse alarm.
 * The next secret is an HMAC of the last one under a key of this service: the answer to a repeated refresh is the same
 * token although the store holds hashes only, and a thief of one token cannot compute the next.
 */
export class RefreshTokenCodec implements RefreshTokens {
  readonly #key: Buffer;

  constructor(dataKey: Sensitive<string>) {
    this.#key = deriveKey(dataKey, 'refresh tokens');
  }

  mint(): { familyId: string; token: string; hash: string } {
    const bytes = randomBytes(HANDLE_LENGTH + SECRET_LENGTH);
    return { familyId: familyIdOf(bytes), ...written(bytes) };
  }

  read(token: string): { familyId: string; hash: string } | undefined {
    const bytes = bytesOf(token);
    return bytes && { familyId: familyIdOf(bytes), hash: hashOf(bytes) };
  }

  successorOf(token: string): { token: string; hash: string } {
    const bytes = bytesOf(token);
    if (!bytes) throw new TypeError('not a refresh token');
    const next = createHmac('sha256', this.#key).update(bytes).digest();
    return written(Buffer.concat([bytes.subarray(0, HANDLE_LENGTH), next]));
  }
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const familyIdOf = (bytes: Buffer): string => `ses_${hashOf(bytes.subarray(0, HANDLE_LENGTH)).slice(0, 32)}`;

const written = (bytes: Buffer): { token: string; hash: string } => ({
  token: PREFIX + bytes.toString('base64url'),
  hash: hashOf(bytes),
});

function bytesOf(token: string): Buffer | undefined {
  if (!/^rt_[\w-]{64}$/.test(token)) return undefined;
  return Buffer.from(token.slice(PREFIX.length), 'base64url');
}
