import type { FastifyRequest } from 'fastify';

/** No page of ours but the terminal reads cards, so no other may reach a device (reliability C.3, PIN page). */
const NO_DEVICES = ['camera', 'geolocation', 'hid', 'microphone', 'payment', 'serial', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');
const READER_DEVICES =
  'camera=(), geolocation=(), payment=(), hid=(self), microphone=(self), serial=(self), usb=(self)';

const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TERMINAL = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  // The reader bridge of the shopper's own computer (clients/reader-bridge).
  "connect-src 'self' ws://127.0.0.1:41735",
  "img-src 'self' data:",
  "style-src 'self'",
  "font-src 'self'",
  "media-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Policy of a server-rendered page: its one script and one style sheet carry this nonce. */
export const pagePolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Headers of an answer, whatever makes it; a page may then replace the content policy. */
export function securityHeaders({ url, id }: Pick<FastifyRequest, 'url' | 'id'>, publicUrl: string) {
  const isTerminal = url.startsWith('/terminal/');
  return {
    'content-security-policy': isTerminal ? TERMINAL : NOTHING,
    'permissions-policy': isTerminal ? READER_DEVICES : NO_DEVICES,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-request-id': id,
    ...(publicUrl.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
    ...(!isTerminal && { 'cache-control': 'no-store' }),
  };
}
