export { BaseDerivationKeys } from './dukpt/base-derivation-keys.js';
export { deriveTdesInitialKey, hostDeriveTdesKey, type TdesKeyUsage } from './dukpt/tdes-receiving-side.js';
export {
  keyCheckValue,
  unwrapKeyBlock,
  wrapKeyBlock,
  type KeyBlockAttributes,
  type UnwrappedKeyBlock,
} from './key-block.js';
export { SoftwareKeyStore, keyNameOf, type KeyStore } from './key-store.js';
export { nodeAes } from './node-aes.js';
export { dukptOf, openProtectedCard, parseReaderKsn, type OpenedCard, type ReaderKsn } from './open-protected-card.js';
export { decodePinBlockFormat0, encodePinBlockFormat0 } from './pin-block-format0.js';
export { answerReaderChallenge, type ReaderChallenge } from './reader-challenge.js';
export { encipherToTerminal } from './rsa-key-transport.js';
export { TdesKeySerialNumber } from './tdes-key-serial-number.js';
