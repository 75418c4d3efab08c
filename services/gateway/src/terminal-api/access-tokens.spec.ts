import { beforeAll, describe, expect, it } from '@jest/globals';
import { TransientFault } from '@openswipe/kernel';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Accounts } from '../grpc/peers.js';
import { AccessTokens } from './access-tokens.js';

const ACCOUNT = `acc_${'1'.repeat(32)}`;
const TERMINAL = `ter_${'1'.repeat(32)}`;
const key: Record<string, { jwk: JWK; privateKey: CryptoKey }> = {};

beforeAll(async () => {
  for (const kid of ['old', 'new']) {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA');
    key[kid] = { jwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' }, privateKey };
  }
});

const token = (kid: string, claims: object = { sid: 'f', tid: TERMINAL }, expires = 600): Promise<string> =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setSubject(ACCOUNT)
    .setExpirationTime(expires)
    .sign(key[kid]?.privateKey as CryptoKey);

/** Accounts that publish the keys named in `published`; the clock stands at `time.now`. */
function setUp() {
  const world = { now: 0, published: ['old'], fetches: 0, isDown: false };
  const accounts = {
    getVerificationKeys: async () => {
      world.fetches += 1;
      if (world.isDown) throw new TransientFault('down');
      return { jwks: JSON.stringify({ keys: world.published.map((kid) => key[kid]?.jwk) }) };
    },
  } as unknown as Accounts;
  return { world, tokens: new AccessTokens(accounts, { now: () => new Date(world.now) }) };
}

const REFUSED = { code: 'GATEWAY.ACCESS_TOKEN_INVALID' };

describe('AccessTokens', () => {
  it('reads account, terminal and session, and fetches the keys once', async () => {
    const { world, tokens } = setUp();
    const session = { accountId: ACCOUNT, terminalId: TERMINAL, familyId: 'f', expiresAt: 600_000 };
    expect(await tokens.verify(await token('old'))).toEqual(session);
    expect(await tokens.verify(await token('old', { sid: 'f' }))).toEqual({ ...session, terminalId: undefined });
    expect(world.fetches).toBe(1);
  });

  it('fetches again for an unknown key, but not for each one', async () => {
    const { world, tokens } = setUp();
    await tokens.verify(await token('old'));
    world.published = ['old', 'new'];
    world.now = 1_000;
    await expect(tokens.verify(await token('new'))).rejects.toMatchObject(REFUSED);
    expect(world.fetches).toBe(1);
    world.now = 6_000;
    expect(await tokens.verify(await token('new'))).toMatchObject({ accountId: ACCOUNT });
    expect(world.fetches).toBe(2);
  });

  it('refuses a token at its end, also one it has seen', async () => {
    const { world, tokens } = setUp();
    const text = await token('old');
    await tokens.verify(text);
    world.now = 600_000;
    await expect(tokens.verify(text)).rejects.toMatchObject(REFUSED);
  });

  it.each([[{ tid: TERMINAL }], [{ sid: 7 }]])('refuses claims %j', async (claims) => {
    await expect(setUp().tokens.verify(await token('old', claims))).rejects.toMatchObject(REFUSED);
  });

  it('refuses a terminal that was signed out, and no other', async () => {
    const { tokens } = setUp();
    const text = await token('old');
    await tokens.verify(text);
    tokens.revoke(TERMINAL);
    await expect(tokens.verify(text)).rejects.toMatchObject(REFUSED);
    expect(await tokens.verify(await token('old', { sid: 'f' }))).toMatchObject({ accountId: ACCOUNT });
  });

  it('does not take an outage of accounts for a bad token, and recovers', async () => {
    const { world, tokens } = setUp();
    world.isDown = true;
    await expect(tokens.verify(await token('old'))).rejects.toBeInstanceOf(TransientFault);
    world.isDown = false;
    expect(await tokens.verify(await token('old'))).toMatchObject({ accountId: ACCOUNT });
  });
});
