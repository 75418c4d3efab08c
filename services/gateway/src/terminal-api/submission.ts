import type { Envelope } from '@openswipe/contracts';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { refusals } from '../http/gateway-errors.js';
import { orderId } from '../http/order.view.js';

const CIPHERTEXT_BYTES_MAX = 8_192;

/** Lengths in bytes that each suite prescribes (DESIGN §5). What is inside is opened by transactions alone. */
const SUITES: Readonly<Record<string, { readonly ksn: number; readonly nonce: number; readonly tag: number }>> = {
  os1: { ksn: 12, nonce: 12, tag: 16 },
};

const hex = z.string().regex(/^([0-9a-f]{2})+$/i, 'must be hexadecimal digits, two for each byte');

export const submission = z.strictObject({
  orderId,
  suite: z.string().max(32).describe('os1'),
  ksn: hex.max(64),
  nonce: hex.max(64),
  ciphertext: hex.describe('at most 8192 bytes'),
  tag: hex.max(64),
});

export type Submission = z.infer<typeof submission>;

/** Throws `CARD.SUITE_UNKNOWN`, `GATEWAY.CIPHERTEXT_TOO_LARGE`, `GATEWAY.SHAPE_INVALID`. */
export function toEnvelope({ suite, ...parts }: Submission): Envelope {
  const lengths = Object.hasOwn(SUITES, suite) ? SUITES[suite] : undefined;
  if (!lengths) throw refusals.suiteUnknown();
  for (const part of ['ksn', 'nonce', 'tag'] as const) {
    if (parts[part].length === lengths[part] * 2) continue;
    throw refusals.shapeInvalid(`${suite} has ${lengths[part]} bytes here`, part);
  }
  if (parts.ciphertext.length > CIPHERTEXT_BYTES_MAX * 2) throw refusals.ciphertextTooLarge(CIPHERTEXT_BYTES_MAX);
  const bytes = (digits: string): Buffer => Buffer.from(digits, 'hex');
  return {
    suite,
    ksn: bytes(parts.ksn),
    nonce: bytes(parts.nonce),
    ciphertext: bytes(parts.ciphertext),
    tag: bytes(parts.tag),
  };
}

/**
 * The same bytes from the same terminal for the same order are the same transaction (ARCHITECTURE, step 5). Every part
 * counts: a damaged copy must not take the id of the whole one and have it refused.
 */
export function transactionIdOf(terminalId: string, order: string, envelope: Envelope): string {
  const { suite, ksn, nonce, ciphertext, tag } = envelope;
  const hash = createHash('sha256');
  for (const part of [terminalId, order, suite, ksn, nonce, tag, ciphertext]) {
    // Each part with its length: two submissions never give the same sequence of bytes.
    hash.update(`${part.length}:`).update(part);
  }
  return `txn_${hash.digest('hex').slice(0, 32)}`;
}
