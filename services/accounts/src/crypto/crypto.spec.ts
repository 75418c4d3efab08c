import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { makeKeys } from '../ca/make-keys.js';
import { ACCESS_TOKEN_AUDIENCE, AccessTokenIssuer } from './access-token-issuer.js';
import { DataCipher } from './data-cipher.js';
import { PasswordHasher } from './password-hasher.js';
import { RefreshTokenCodec } from './refresh-token-codec.js';

const dataKey = new Sensitive('ab'.repeat(32));

describe('the data cipher', () => {
  const cipher = new DataCipher(dataKey);

  it('opens what it sealed, in its place only', () => {
    const sealed = cipher.seal(new Sensitive('6222021000001234'), 'acc_1');
    expect(cipher.open(sealed, 'acc_1').reveal('test')).toBe('6222021000001234');
    expect(() => cipher.open(sealed, 'acc_2')).toThrow();
    expect(() => new DataCipher(new Sensitive('cd'.repeat(32))).open(sealed, 'acc_1')).toThrow();
    expect(cipher.seal(new Sensitive('6222021000001234'), 'acc_1')).not.toBe(sealed);
  });

  it('notices a changed byte', () => {
    const bytes = Buffer.from(cipher.seal(new Sensitive('x'), 'acc_1'), 'base64');
    bytes.writeUInt8(bytes.readUInt8(14) ^ 1, 14);
    expect(() => cipher.open(bytes.toString('base64'), 'acc_1')).toThrow();
  });
});

describe('the password hasher', () => {
  const hasher = new PasswordHasher();

  it('verifies what it hashed, and nothing else', async () => {
    const hash = await hasher.hash(new Sensitive('correct horse battery'));
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify(new Sensitive('correct horse battery'), hash)).toBe(true);
    expect(await hasher.verify(new Sensitive('correct horse batterx'), hash)).toBe(false);
    expect(await hasher.verify(new Sensitive('nobody has this password'), undefined)).toBe(false);
  });

  it('serves many at once and refuses a flood', async () => {
    const flood = Array.from({ length: 103 }, () => hasher.hash(new Sensitive('x')));
    const results = await Promise.allSettled(flood);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });
});

describe('refresh tokens', () => {
  const codec = new RefreshTokenCodec(dataKey);

  it('have one successor each, in the same family', () => {
    const first = codec.mint();
    const second = codec.successorOf(first.token);
    expect(second).toEqual(codec.successorOf(first.token));
    expect(codec.read(second.token)).toEqual({ familyId: first.familyId, hash: second.hash });
    expect(second.hash).not.toBe(first.hash);
    expect(new RefreshTokenCodec(new Sensitive('cd'.repeat(32))).successorOf(first.token)).not.toEqual(second);
  });

  it.each(['', 'rt_', 'rt_abc', `rt_${'!'.repeat(64)}`, 'x'.repeat(67)])('are not %j', (text) => {
    expect(codec.read(text)).toBeUndefined();
  });
});

describe('access tokens', () => {
  it('verify under the published keys and live ten minutes', async () => {
    const issuer = await AccessTokenIssuer.from(makeKeys(new Date()).TOKEN_SIGNING_KEY, 'http://localhost:8080');
    const now = new Date('2026-03-01T08:00:00.700Z');
    const claims = { accountId: 'acc_1', terminalId: 'ter_1', familyId: 'ses_1', now };
    const { token, expiresAt } = await issuer.issue(claims);
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(JSON.parse(issuer.jwks)), {
      issuer: 'http://localhost:8080',
      audience: ACCESS_TOKEN_AUDIENCE,
      algorithms: ['EdDSA'],
      currentDate: now,
    });
    expect(payload).toMatchObject({ sub: 'acc_1', tid: 'ter_1', sid: 'ses_1' });
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(expiresAt).toEqual(new Date('2026-03-01T08:10:00Z'));
    expect(issuer.jwks).not.toContain('"d"');
  });
});
