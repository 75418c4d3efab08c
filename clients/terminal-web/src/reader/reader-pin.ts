import type { Sensitive } from '@openswipe/kernel';

/**
 * What a reader's own PIN pad made of the PIN; the page never sees one. ISO 9564 format 0 under TDES DUKPT (block of 8
 * bytes, KSN of 10), format 4 under AES DUKPT (16 and 12); lower-case hexadecimal.
 */
export interface ReaderPin {
  readonly pinBlock: Sensitive<string>;
  readonly pinKsn: string;
}
