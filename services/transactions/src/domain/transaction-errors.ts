import { DomainError } from '@openswipe/kernel';

export const transactionNotFound = (): DomainError =>
  new DomainError('TRANSACTIONS.NOT_FOUND', 'There is no such transaction', { kind: 'not-found' });

export const submissionInvalid = (what: string): DomainError =>
  new DomainError('TRANSACTIONS.SUBMISSION_INVALID', `The submitted record is not usable: ${what}`);

export const ksnReplayed = (): DomainError =>
  new DomainError('TRANSACTIONS.KSN_REPLAYED', 'The counter of this KSN is not newer than the last one', {
    kind: 'conflict',
    param: 'ksn',
  });

export const readerKsnReplayed = (): DomainError =>
  new DomainError('TRANSACTIONS.KSN_REPLAYED', 'The counter of the reader is not newer than its last one', {
    kind: 'conflict',
    param: 'protectedTrack.ksn',
    facts: { device: 'reader' },
  });

export const readerKeysMissing = (): DomainError =>
  new DomainError('TRANSACTIONS.READER_KEYS_MISSING', 'This platform has no key of readers that encipher cards', {
    param: 'protectedTrack',
  });

/** @param code of `accounts`: lost, or somebody else's */
export const readerRefused = (code: string): DomainError =>
  new DomainError(code, 'This reader may not be used here', { kind: 'forbidden', param: 'ksn' });

export const chipMismatch = (): DomainError =>
  new DomainError('TRANSACTIONS.CHIP_MISMATCH', 'The chip made its cryptogram for another payment', {
    kind: 'conflict',
    param: 'field55',
  });

export const pinReplayed = (): DomainError =>
  new DomainError('TRANSACTIONS.PIN_REPLAYED', 'The PIN block was not made for this transaction', {
    kind: 'conflict',
    param: 'pinKsn',
  });

/** The code is the card room's: to a terminal, a KSN of another terminal and a malformed one are the same mistake. */
export const ksnForeign = (): DomainError =>
  new DomainError('CARD.KSN_INVALID', 'This KSN was not issued to this terminal', { param: 'ksn' });

export const amountChanged = (): DomainError =>
  new DomainError('TRANSACTIONS.AMOUNT_CHANGED', 'The enciphered amount is not the amount of the order', {
    kind: 'conflict',
    param: 'amountMinor',
  });

export const digestMismatch = (): DomainError =>
  new DomainError('TRANSACTIONS.DIGEST_MISMATCH', 'The enciphered fee was made for another order', {
    kind: 'conflict',
    param: 'orderDigest',
  });

export const notVerifiedInTime = (): DomainError =>
  new DomainError('TRANSACTIONS.NOT_VERIFIED_IN_TIME', 'The transaction could not be verified in time');

export const notAssessedInTime = (): DomainError =>
  new DomainError('TRANSACTIONS.NOT_ASSESSED_IN_TIME', 'The transaction could not be assessed in time');

export const moveNotAllowed = (from: string, to: string): DomainError =>
  new DomainError('TRANSACTIONS.MOVE_NOT_ALLOWED', `A transaction that is ${from} cannot become ${to}`, {
    kind: 'conflict',
  });

export const derivationIdInvalid = (): DomainError =>
  new DomainError('TRANSACTIONS.DERIVATION_ID_INVALID', 'A derivation id has 4 bytes', { param: 'derivationId' });

export const initialKeyTaken = (): DomainError =>
  new DomainError('TRANSACTIONS.INITIAL_KEY_TAKEN', 'This derivation id is taken by a terminal or already in use', {
    kind: 'conflict',
    param: 'derivationId',
  });

export const assessmentInvalid = (): DomainError =>
  new DomainError('TRANSACTIONS.ASSESSMENT_INVALID', 'The assessment has no outcome that is known here');
