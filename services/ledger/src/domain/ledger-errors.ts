import { DomainError } from '@openswipe/kernel';

/** Every refusal of this room, one code each. */
export const refusals = {
  ledgerAccountUnknown: (name: string) =>
    new DomainError('LEDGER.ACCOUNT_UNKNOWN', `"${name.slice(0, 80)}" is not in the chart of accounts`),
  postingInvalid: (rule: string) => new DomainError('LEDGER.POSTING_INVALID', rule),
  entryEmpty: () => new DomainError('LEDGER.ENTRY_EMPTY', 'A journal entry has at least one posting'),
  entryConflict: (entryId: string) =>
    new DomainError('LEDGER.ENTRY_CONFLICT', `The journal already holds another entry ${entryId}`, {
      kind: 'conflict',
      facts: { entryId },
    }),
  assessmentInvalid: () =>
    new DomainError('LEDGER.ASSESSMENT_INVALID', 'The record names no transaction, order, payee, amount or time'),
} as const;
