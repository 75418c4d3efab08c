import { DomainError, type RefusalKind } from '@openswipe/kernel';

const refusal = (code: string, message: string, kind: RefusalKind, param?: string): DomainError =>
  new DomainError(code, message, { kind, ...(param === undefined ? {} : { param }) });

/** Every refusal of the edge, one code each. */
export const refusals = {
  shapeInvalid: (message: string, param: string) => refusal('GATEWAY.SHAPE_INVALID', message, 'invalid', param),
  idempotencyKeyMissing: () =>
    refusal(
      'GATEWAY.IDEMPOTENCY_KEY_MISSING',
      'This call needs an Idempotency-Key header of 1 to 255 printable characters',
      'invalid',
      'Idempotency-Key',
    ),
  credentialMissing: () =>
    refusal('GATEWAY.CREDENTIAL_MISSING', 'This call needs an Authorization: Bearer header', 'unauthenticated'),
  accessTokenInvalid: () =>
    refusal('GATEWAY.ACCESS_TOKEN_INVALID', 'The access token is not valid or no longer so', 'unauthenticated'),
  refreshTokenMissing: () => refusal('GATEWAY.REFRESH_TOKEN_MISSING', 'There is no session cookie', 'unauthenticated'),
  csrfHeaderMissing: () =>
    refusal('GATEWAY.CSRF_HEADER_MISSING', 'This call needs the header X-Openswipe: 1', 'forbidden'),
  foreignOrigin: () => refusal('GATEWAY.FOREIGN_ORIGIN', 'Another site may not send this', 'forbidden'),
  terminalRequired: () =>
    refusal('GATEWAY.TERMINAL_REQUIRED', 'Enrol this terminal first: the session carries none', 'forbidden'),
  accountRequired: () =>
    refusal('GATEWAY.ACCOUNT_REQUIRED', 'A collect order names the account that is paid', 'invalid', 'account'),
  orderNotClaimed: () => refusal('ORDERS.NOT_CLAIMED', 'This terminal does not hold the order', 'conflict', 'id'),
  suiteUnknown: () => refusal('CARD.SUITE_UNKNOWN', 'This cipher suite is not known', 'invalid', 'suite'),
  ciphertextTooLarge: (max: number) =>
    refusal('GATEWAY.CIPHERTEXT_TOO_LARGE', `At most ${max} bytes of ciphertext are taken`, 'too-large', 'ciphertext'),
  tooManyRequests: () => refusal('GATEWAY.TOO_MANY_REQUESTS', 'Too many requests; wait and try again', 'rate-limited'),
  tooManyStreams: () =>
    refusal('GATEWAY.TOO_MANY_STREAMS', 'Too many open event streams; close one first', 'rate-limited'),
  notFound: () => refusal('GATEWAY.NOT_FOUND', 'There is nothing here', 'not-found'),
} as const;
