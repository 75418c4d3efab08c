import type { ProtectedTrack } from './hid/protected-card.js';

/** What an encrypting MagneSafe V5 types, Enter excluded: masked track 2, then its fields. */
export function encryptedKeys(
  { ksn, sessionId = '' }: Pick<ProtectedTrack, 'ksn' | 'sessionId'>,
  ciphertext: string,
  masked = ';6225000000000001=3112000000000000?',
): string {
  const magnePrint = ['61403000', 'C0FFEE'.repeat(18)];
  const tail = ['B012345012345AA', sessionId, ksn, 'AB12', 'CD34EF56', '0001'];
  return `${masked}|00000600||${ciphertext}||${[...magnePrint, ...tail].join('|')}`.toUpperCase();
}
