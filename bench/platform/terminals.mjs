import { DukptTerminal, nobleAes } from '@openswipe/card';
import { RiskClient, TransactionsClient } from '@openswipe/contracts';
import { Sensitive, newId } from '@openswipe/kernel';
import { RemoteService } from '@openswipe/service-kit';
import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';

/**
 * @typedef {object} Terminal the two key sets of one enrolled terminal
 * @property {string} terminalId
 * @property {DukptTerminal} dataKeys
 * @property {DukptTerminal} pinKeys
 */

/** One key for all of them: it only carries the initial keys over. */
const KEY_PAIR = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const PUBLIC_KEY = KEY_PAIR.publicKey.export({ type: 'spki', format: 'der' });
const AT_ONCE = 16;

/** @param {import('@openswipe/contracts').InitialKey} issued */
const firstState = ({ initialKeyId, encryptedKey }) => {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const opened = privateDecrypt({ key: KEY_PAIR.privateKey, padding, oaepHash: 'sha256' }, encryptedKey);
  const key = new Sensitive(new Uint8Array(opened));
  return DukptTerminal.initialize(nobleAes, key, Buffer.from(initialKeyId).toString('hex'));
};

/**
 * Gets initial keys for many terminals from the services that make them: no account, certificate or page.
 * @param {import('../../tools/stack/services.mjs').Addresses} addresses
 * @param {number} count
 * @returns {Promise<Terminal[]>}
 */
export const enrolTerminals = async ({ grpc }, count) => {
  const transactions = new RemoteService(TransactionsClient, grpc['transactions'] ?? '');
  const risk = new RemoteService(RiskClient, grpc['risk'] ?? '');
  const enrol = async (/** @type {number} */ index) => {
    const derivationId = Buffer.alloc(4);
    derivationId.writeUInt32BE(index + 1);
    const request = { terminalId: newId('terminal'), derivationId, publicKey: PUBLIC_KEY };
    const dataKeys = firstState(await transactions.call.issueInitialKey(request));
    return { terminalId: request.terminalId, dataKeys, pinKeys: firstState(await risk.call.issueInitialKey(request)) };
  };
  try {
    /** @type {Terminal[]} */
    const terminals = [];
    while (terminals.length < count) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - terminals.length) }, (_, i) => terminals.length + i);
      terminals.push(...(await Promise.all(some.map(enrol))));
    }
    return terminals;
  } finally {
    transactions.close();
    risk.close();
  }
};
