import { DomainError } from '@openswipe/kernel';

/**
 * No such assessment. After a call with `giveUp` it is a promise: risk has authorized nothing for this transaction and
 * never will, so its owner may conclude it.
 */
export const assessmentUnknown = (): DomainError =>
  new DomainError('RISK.ASSESSMENT_UNKNOWN', 'Risk has not assessed this transaction', { kind: 'not-found' });

/** The sealed card data is not what risk can use: another key, another transaction, or not of the agreed shape. */
export const cardDataInvalid = (what: string): DomainError =>
  new DomainError('RISK.CARD_DATA_INVALID', `The sealed card data is not usable: ${what}`);

export const verifiedTransactionInvalid = (param: string): DomainError =>
  new DomainError('RISK.VERIFIED_TRANSACTION_INVALID', `The record lacks a usable ${param}`, { param });

export const binInvalid = (): DomainError =>
  new DomainError('RISK.BIN_INVALID', 'A BIN is the first four to eight digits of a card number', { param: 'bin' });

export const derivationIdInvalid = (): DomainError =>
  new DomainError('RISK.DERIVATION_ID_INVALID', 'A derivation id has 4 bytes', { param: 'derivationId' });

export const derivationIdTaken = (): DomainError =>
  new DomainError('RISK.DERIVATION_ID_TAKEN', 'Another terminal holds the initial key of this derivation id', {
    kind: 'conflict',
    param: 'derivationId',
  });
