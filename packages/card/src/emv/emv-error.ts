import { DomainError } from '@openswipe/kernel';

export type EmvErrorCode =
  | 'CARD.EMV_APPLICATION_NONE'
  | 'CARD.EMV_CARD_BLOCKED'
  | 'CARD.EMV_DATA_INVALID'
  | 'CARD.EMV_DATA_MISSING'
  | 'CARD.EMV_DATA_REPEATED'
  | 'CARD.EMV_DECLINED'
  | 'CARD.EMV_LIMIT_EXCEEDED'
  | 'CARD.EMV_RESPONSE_INVALID'
  | 'CARD.EMV_TERMINAL_DATA_INVALID';

/** Facts name tags, commands and status words, never what a tag holds. */
export function emvError(code: EmvErrorCode, message: string, facts: Readonly<Record<string, string>> = {}) {
  return new DomainError(code, message, { facts });
}
