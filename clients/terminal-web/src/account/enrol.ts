import { DukptTerminal, fromHex, nobleAes, toHex, type Bytes, type DukptState } from '@openswipe/card';
import { DomainError, Sensitive } from '@openswipe/kernel';
import type { EncipheredInitialKey } from '../gateway/session.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import type { KeyStorage, TerminalState } from './terminal-keys.js';

const RSA_2048 = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
const SIGNING = { name: 'RSASSA-PKCS1-v1_5', ...RSA_2048 };
const DECRYPTING = { name: 'RSA-OAEP', ...RSA_2048 };

/**
 * Makes this device a terminal of the account that is logged in: certificate request, initial keys, first DUKPT states.
 * The RSA keys are dropped afterwards: no later step needs them, and without them nobody who takes the device can open
 * a recorded answer of this enrolment. Throws `TERMINAL.KEY_CHECK_FAILED` and what the gateway refuses.
 */
export async function enrol(
  api: TerminalApi,
  storage: KeyStorage,
  accountName: string,
  terminalName: string,
): Promise<TerminalState> {
  const [keys, { certificateRequest }] = await Promise.all([terminalKeyPair(), import('./certificate-request.js')]);
  const enrolment = await api.enrolTerminal(terminalName, await certificateRequest(keys.signing));
  const state: TerminalState = {
    terminalId: enrolment.terminalId,
    accountName: accountName.toLowerCase(),
    certificate: enrolment.certificate,
    dataKeys: await firstState(keys.decrypting, enrolment.dataKey),
    pinKeys: await firstState(keys.decrypting, enrolment.pinKey),
  };
  const before = await storage.all(state.accountName);
  await storage.put(state.terminalId, state.accountName, state);
  await Promise.all(before.map(({ terminalId }) => storage.remove(terminalId)));
  return state;
}

/** One RSA key for two purposes: WebCrypto binds a key to one algorithm, so it is imported again, not extractable. */
async function terminalKeyPair(): Promise<{ signing: CryptoKeyPair; decrypting: CryptoKey }> {
  const fresh = await crypto.subtle.generateKey(SIGNING, true, ['sign', 'verify']);
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', fresh.privateKey);
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, SIGNING, false, ['sign']);
  const decrypting = await crypto.subtle.importKey('pkcs8', pkcs8, DECRYPTING, false, ['decrypt']);
  new Uint8Array(pkcs8).fill(0);
  return { signing: { privateKey, publicKey: fresh.publicKey }, decrypting };
}

async function firstState(privateKey: CryptoKey, issued: EncipheredInitialKey): Promise<DukptState> {
  const enciphered = Uint8Array.from(atob(issued.encryptedKey), (character) => character.charCodeAt(0));
  const initialKey = new Uint8Array(await crypto.subtle.decrypt({ name: 'RSA-OAEP' }, privateKey, enciphered));
  requireKeyCheckValue(initialKey, issued);
  return DukptTerminal.initialize(nobleAes, new Sensitive(initialKey), issued.initialKeyId).toState();
}

/** X9.24-1 annex A: the first bytes of the CMAC of a zero block tell that both sides hold the same key. */
function requireKeyCheckValue(key: Bytes, { keyCheckValue, initialKeyId }: EncipheredInitialKey): void {
  const expected = fromHex(keyCheckValue, 5, 'TERMINAL.KEY_CHECK_FAILED', 'A key check value');
  if (toHex(nobleAes.cmac(key, new Uint8Array(16)).slice(0, 5)) === toHex(expected)) return;
  throw new DomainError('TERMINAL.KEY_CHECK_FAILED', `The initial key ${initialKeyId} arrived damaged`);
}
