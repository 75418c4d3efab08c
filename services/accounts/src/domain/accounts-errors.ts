import { DomainError } from '@openswipe/kernel';

/** Every refusal of this room, one place per code. */
export const refusal = {
  accountNotFound: () =>
    new DomainError('ACCOUNTS.ACCOUNT_NOT_FOUND', 'There is no such account', { kind: 'not-found' }),
  apiKeyUnknown: () =>
    new DomainError('ACCOUNTS.API_KEY_UNKNOWN', 'This secret key is not known', { kind: 'unauthenticated' }),
  certificateRequestInvalid: (why: string) =>
    new DomainError('ACCOUNTS.CERTIFICATE_REQUEST_INVALID', `The certificate request is not usable: ${why}`, {
      param: 'certificateRequest',
    }),
  credentialsWrong: () =>
    new DomainError('ACCOUNTS.CREDENTIALS_WRONG', 'E-mail or password is wrong', { kind: 'unauthenticated' }),
  emailTaken: () =>
    new DomainError('ACCOUNTS.EMAIL_TAKEN', 'An account with this e-mail exists', { kind: 'conflict', param: 'email' }),
  biometricRegistrationWrong: () =>
    new DomainError('ACCOUNTS.BIOMETRIC_REGISTRATION_WRONG', 'This answers no open registration of this terminal'),
  biometricUnknown: () =>
    new DomainError('ACCOUNTS.BIOMETRIC_UNKNOWN', 'The account has no such credential', { kind: 'not-found' }),
  fieldInvalid: (param: string, rule: string) =>
    new DomainError('ACCOUNTS.FIELD_INVALID', `${param} must be ${rule}`, { param }),
  idempotencyKeyReused: () =>
    new DomainError('ACCOUNTS.IDEMPOTENCY_KEY_REUSED', 'This key came with another request before', {
      kind: 'conflict',
      param: 'idempotencyKey',
    }),
  merchantNotFound: () =>
    new DomainError('ACCOUNTS.MERCHANT_NOT_FOUND', 'There is no such merchant', { kind: 'not-found' }),
  mobileCodeExpired: () =>
    new DomainError('ACCOUNTS.MOBILE_CODE_EXPIRED', 'No code is waiting; ask for a new one', { kind: 'gone' }),
  mobileCodeTooOften: (retryAfterSeconds: number) =>
    new DomainError('ACCOUNTS.MOBILE_CODE_TOO_OFTEN', 'Too many codes were asked for; wait and try again', {
      kind: 'rate-limited',
      facts: { retryAfterSeconds: String(retryAfterSeconds) },
    }),
  mobileCodeWrong: (triesLeft: number) =>
    new DomainError('ACCOUNTS.MOBILE_CODE_WRONG', 'This is not the code', {
      param: 'code',
      facts: { triesLeft: String(triesLeft) },
    }),
  mobileUnavailable: () =>
    new DomainError('ACCOUNTS.MOBILE_UNAVAILABLE', 'This installation sends no text messages: SMS_URL is not set', {
      kind: 'conflict',
    }),
  passwordTooWeak: (rule: string) =>
    new DomainError('ACCOUNTS.PASSWORD_TOO_WEAK', `The password must be ${rule}`, { param: 'password' }),
  payeeNotFound: () => new DomainError('ACCOUNTS.PAYEE_NOT_FOUND', 'There is no such payee', { kind: 'not-found' }),
  postalAddressMissing: () =>
    new DomainError(
      'ACCOUNTS.POSTAL_ADDRESS_MISSING',
      'Neither the application nor the account says where to send it',
      {
        param: 'postalAddress',
      },
    ),
  readerForeign: () =>
    new DomainError('ACCOUNTS.READER_FOREIGN', 'This reader belongs to another account', { kind: 'forbidden' }),
  readerLost: () =>
    new DomainError('ACCOUNTS.READER_LOST', 'This reader was reported lost and reads no more', { kind: 'forbidden' }),
  readerNotFound: () => new DomainError('ACCOUNTS.READER_NOT_FOUND', 'There is no such reader', { kind: 'not-found' }),
  readerSerialTaken: () =>
    new DomainError('ACCOUNTS.READER_SERIAL_TAKEN', 'A reader with this serial number or key was shipped before', {
      kind: 'conflict',
      param: 'serialNumber',
    }),
  readerState: (status: string, facts: Readonly<Record<string, string>> = {}) =>
    new DomainError('ACCOUNTS.READER_STATE', `The reader is ${status}: that forbids this`, {
      kind: 'conflict',
      facts: { status, ...facts },
    }),
  refreshTokenInvalid: () =>
    new DomainError('ACCOUNTS.REFRESH_TOKEN_INVALID', 'This is not a refresh token of a live session', {
      kind: 'unauthenticated',
    }),
  sessionRevoked: () =>
    new DomainError('ACCOUNTS.SESSION_REVOKED', 'The session has ended; log in again', { kind: 'unauthenticated' }),
  terminalNotFound: () =>
    new DomainError('ACCOUNTS.TERMINAL_NOT_FOUND', 'The account has no such terminal', { kind: 'not-found' }),
  terminalRevoked: () =>
    new DomainError('ACCOUNTS.TERMINAL_REVOKED', 'This terminal was signed out for good; enrol it again', {
      kind: 'forbidden',
    }),
  tooManyTerminals: (limit: number) =>
    new DomainError('ACCOUNTS.TOO_MANY_TERMINALS', `An account has at most ${limit} terminals; sign one out first`, {
      kind: 'conflict',
    }),
  tooManyTries: (retryAfterSeconds: number) =>
    new DomainError('ACCOUNTS.TOO_MANY_TRIES', 'Too many tries to log in; wait and try again', {
      kind: 'rate-limited',
      facts: { retryAfterSeconds: String(retryAfterSeconds) },
    }),
} as const;
