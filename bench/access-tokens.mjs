import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Stands for accounts where only the edge is measured: a key, and access tokens of its shape. */
export const accessTokens = async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const kid = 'bench';
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' }] });
  const issue = (/** @type {string} */ accountId, /** @type {string} */ terminalId) =>
    new SignJWT({ sid: 'ses_bench', tid: terminalId })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setSubject(accountId)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return { jwks, issue };
};

/** An id of the platform's shape, the same for the same number. @param {string} prefix @param {number} number */
export const idOf = (prefix, number) => `${prefix}_${number.toString(16).padStart(32, '0')}`;
