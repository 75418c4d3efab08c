export {
  keyCheckValue,
  unwrapKeyBlock,
  wrapKeyBlock,
  type KeyBlockAttributes,
  type UnwrappedKeyBlock,
} from './key-block.js';
export { SoftwareKeyStore, type KeyStore } from './key-store.js';
export { nodeAes } from './node-aes.js';
export { encipherToTerminal } from './rsa-key-transport.js';
