import { DomainError } from '@openswipe/kernel';
import { sha256 } from './order-digest.js';

/** A drawn signature: strokes of points {x, y} in pixels and time in ms; or a name typed instead. */
export type Signature =
  | { readonly kind: 'drawn'; readonly strokes: readonly (readonly SignaturePoint[])[] }
  | { readonly kind: 'typed'; readonly name: string };

export interface SignaturePoint {
  readonly x: number;
  readonly y: number;
  readonly time: number;
}

/** A dot is no signature. */
export const isEmpty = (signature: Signature): boolean =>
  signature.kind === 'drawn' ? signature.strokes.flat().length < 2 : signature.name.trim() === '';

/**
 * SHA-256 over the order digest and the signature, hexadecimal: a signature is good for one order [0051].
 * Throws `TERMINAL.SIGNATURE_EMPTY`.
 */
export function signatureDigest(signature: Signature, digest: string): Promise<string> {
  if (isEmpty(signature)) throw new DomainError('TERMINAL.SIGNATURE_EMPTY', 'There is no signature');
  const content =
    signature.kind === 'drawn'
      ? signature.strokes.map((stroke) => stroke.map(({ x, y, time }) => [x, y, time].map(Math.round)))
      : signature.name.trim();
  return sha256(new TextEncoder().encode(JSON.stringify([digest, signature.kind, content])));
}
