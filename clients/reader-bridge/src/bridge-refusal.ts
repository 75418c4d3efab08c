import { DomainError } from '@openswipe/kernel';

const MESSAGES = {
  'BRIDGE.BUSY': 'Another page is using the bridge',
  'BRIDGE.CARD_BUSY': 'Another program is using the card',
  'BRIDGE.CARD_REMOVED': 'The card was taken out',
  'BRIDGE.CARD_SILENT': 'The card does not answer; is it the right way round?',
  'BRIDGE.CARD_SPENT': 'The card has made its cryptogram; take it out and put it in again',
  'BRIDGE.CODE_LOCKED': 'Too many wrong codes; wait a minute and use the new one',
  'BRIDGE.CODE_WRONG': 'This is not the code in the window of the bridge',
  'BRIDGE.COMMAND_REFUSED': 'The bridge passes on EMV payment commands only',
  'BRIDGE.IDLE': 'Nothing was asked for a long time',
  'BRIDGE.MESSAGE_INVALID': 'This is not a message of the bridge protocol',
  'BRIDGE.MESSAGES_TOO_MANY': 'Too many messages',
  'BRIDGE.NO_CARD': 'There is no card in the reader',
  'BRIDGE.NOT_OPEN': 'Open the card first',
  'BRIDGE.NOT_PAIRED': 'Pair first',
  'BRIDGE.OUT_OF_TURN': 'Wait for the answer to the last message',
  'BRIDGE.TOKEN_UNKNOWN': 'The bridge has started again since; use the code in its window',
} as const;

export type BridgeCode = keyof typeof MESSAGES;

export function bridgeRefusal(code: BridgeCode): DomainError {
  return new DomainError(code, MESSAGES[code]);
}

export function bridgeCodeOf(error: unknown): BridgeCode {
  const code = error instanceof DomainError ? error.code : '';
  return Object.hasOwn(MESSAGES, code) ? (code as BridgeCode) : 'BRIDGE.CARD_SILENT';
}
