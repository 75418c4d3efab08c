import { toHex } from '@openswipe/card';
import { canonicalOrder, type OrderTerms } from '@openswipe/kernel';

export const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

/** SHA-256 of the canonical order, 64 hexadecimal digits. */
export const orderDigest = (terms: OrderTerms): Promise<string> => sha256(canonicalOrder(terms));
