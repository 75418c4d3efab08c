import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { selfSignedAuthority } from './terminal-certificate-authority.js';

const CA_MODULUS_BITS = 3_072;

/** Fresh secrets of this service, by the names of their environment variables. */
export interface AccountsKeys {
  readonly CA_PRIVATE_KEY: string;
  readonly CA_CERTIFICATE: string;
  /** Ed25519 private JWK, JSON. */
  readonly TOKEN_SIGNING_KEY: string;
  /** 32 bytes, hex. */
  readonly DATA_KEY: string;
}

export function makeKeys(now: Date): AccountsKeys {
  const authority = generateKeyPairSync('rsa', { modulusLength: CA_MODULUS_BITS }).privateKey;
  const signing = generateKeyPairSync('ed25519').privateKey;
  return {
    CA_PRIVATE_KEY: authority.export({ type: 'pkcs8', format: 'pem' }) as string,
    CA_CERTIFICATE: selfSignedAuthority(authority, now),
    TOKEN_SIGNING_KEY: JSON.stringify(signing.export({ format: 'jwk' })),
    DATA_KEY: randomBytes(32).toString('hex'),
  };
}
