import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type AHolder, type RunningAccounts, aHolder, anEnrolledTerminal, runAccounts } from './running-accounts.js';
import { SoftwareAuthenticator } from './software-authenticator.js';

const ORIGIN = 'https://pay.example';
const UNKNOWN = { reasonCode: 'ACCOUNTS.BIOMETRIC_UNKNOWN' };
const WRONG = { reasonCode: 'ACCOUNTS.BIOMETRIC_WRONG' };
const VERIFIED = { reasonCode: '' };

let accounts: RunningAccounts;
beforeAll(async () => (accounts = await runAccounts({ PUBLIC_URL: `${ORIGIN}/` })));
afterAll(() => accounts?.stop());

const refusal = (code: string) => expect.objectContaining({ code });
const registrationWrong = refusal('ACCOUNTS.BIOMETRIC_REGISTRATION_WRONG');

async function optionsFor({ accountId, terminalId }: AHolder) {
  const { optionsJson } = await accounts.call.beginBiometricRegistration({ accountId, terminalId });
  return JSON.parse(optionsJson);
}

const finish = ({ accountId, terminalId }: AHolder, responseJson: string) =>
  accounts.call.finishBiometricRegistration({ accountId, terminalId, responseJson });

async function aRegistered(holder: AHolder, counter = 1): Promise<SoftwareAuthenticator> {
  const authenticator = new SoftwareAuthenticator(ORIGIN, counter);
  await finish(holder, authenticator.register(await optionsFor(holder)));
  return authenticator;
}

/** One transaction's own. */
const aChallenge = (): Buffer => randomBytes(32);
const asCeremony = (challenge: Buffer) => ({ challenge: challenge.toString('base64url') });
const verify = ({ accountId, terminalId }: AHolder, challenge: Buffer, assertionJson: string) =>
  accounts.call.verifyBiometric({ accountId, terminalId, challenge, assertionJson });

describe('a biometric registration', () => {
  it('asks for a verified user and keeps the key that answers', async () => {
    const holder = await aHolder(accounts.call);
    const options = await optionsFor(holder);
    expect(options).toMatchObject({
      rp: { id: 'pay.example' },
      user: { name: holder.email },
      attestation: 'none',
      excludeCredentials: [],
      authenticatorSelection: { userVerification: 'required', residentKey: 'discouraged' },
    });
    const authenticator = new SoftwareAuthenticator(ORIGIN);
    const answer = authenticator.register(options);
    const credential = await finish(holder, answer);
    expect(credential).toEqual({
      id: authenticator.id.toString('base64url'),
      terminalId: holder.terminalId,
      registeredAt: expect.any(Date),
      lastUsedAt: undefined,
    });
    expect(await finish(holder, answer)).toEqual(credential);
    const { accountId } = holder;
    expect((await accounts.call.listBiometricCredentials({ accountId })).credentials).toEqual([credential]);
    const { excludeCredentials } = await optionsFor(holder);
    expect(excludeCredentials).toEqual([expect.objectContaining({ id: credential.id, transports: ['internal'] })]);
  });

  it('uses its challenge up, and knows whose it is', async () => {
    const [holder, stranger] = await Promise.all([aHolder(accounts.call), aHolder(accounts.call)]);
    const options = await optionsFor(holder);
    const [one, two] = [new SoftwareAuthenticator(ORIGIN), new SoftwareAuthenticator(ORIGIN)];
    await expect(finish(stranger, one.register(options))).rejects.toEqual(registrationWrong);
    const race = await Promise.allSettled([
      finish(holder, one.register(options)),
      finish(holder, two.register(options)),
    ]);
    expect(race.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const late = await optionsFor(holder);
    await accounts.database
      .collection<{ _id: string }>('biometric_challenges')
      .updateOne({ _id: late.challenge }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    await expect(finish(holder, new SoftwareAuthenticator(ORIGIN).register(late))).rejects.toEqual(registrationWrong);
  });

  it.each([
    ['without a verified user', { isUserVerified: false }],
    ['from another site', { origin: 'https://evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['to a challenge of its own', { challenge: randomBytes(32).toString('base64url') }],
  ])('is refused %s', async (_, wrong) => {
    const holder = await aHolder(accounts.call);
    const answer = new SoftwareAuthenticator(ORIGIN).register({ ...(await optionsFor(holder)), ...wrong });
    await expect(finish(holder, answer)).rejects.toEqual(registrationWrong);
  });

  it('is refused with a certificate, which nobody asked for, and where it is no answer at all', async () => {
    const holder = await aHolder(accounts.call);
    const attStmt = new Map<string, unknown>([
      ['alg', -7],
      ['sig', new Uint8Array(70)],
      ['x5c', [new Uint8Array(300)]],
    ]);
    const answer = new SoftwareAuthenticator(ORIGIN).register(await optionsFor(holder), { fmt: 'packed', attStmt });
    await expect(finish(holder, answer)).rejects.toEqual(registrationWrong);
    for (const nonsense of ['', '{}', '[]', 'x'.repeat(20_000), '{"id":"a","rawId":"a","type":"public-key"}']) {
      await expect(finish(holder, nonsense)).rejects.toEqual(registrationWrong);
    }
  });
});

describe('the biometric check', () => {
  it('holds for one challenge, and for the same assertion again', async () => {
    const holder = await aHolder(accounts.call);
    const authenticator = await aRegistered(holder);
    const challenge = aChallenge();
    const assertion = authenticator.assert(asCeremony(challenge));
    expect(await Promise.all([1, 2, 3].map(() => verify(holder, challenge, assertion)))).toEqual(
      Array(3).fill(VERIFIED),
    );
    expect(await verify(holder, challenge, authenticator.assert(asCeremony(challenge)))).toEqual(WRONG);
    expect(await verify(holder, aChallenge(), assertion)).toEqual(WRONG);
    const next = aChallenge();
    expect(await verify(holder, next, authenticator.assert(asCeremony(next)))).toEqual(VERIFIED);
    expect(await verify(holder, challenge, assertion)).toEqual(VERIFIED);
    const { credentials } = await accounts.call.listBiometricCredentials({ accountId: holder.accountId });
    expect(credentials[0]!.lastUsedAt).toBeInstanceOf(Date);
  });

  it('lets one of two assertions for a challenge through, even at once and of two credentials', async () => {
    const holder = await aHolder(accounts.call);
    const [one, two] = [await aRegistered(holder), await aRegistered(holder)];
    const challenge = aChallenge();
    const assertions = [one.assert(asCeremony(challenge)), one.assert(asCeremony(challenge))];
    const race = await Promise.all(assertions.map((assertion) => verify(holder, challenge, assertion)));
    expect(race.map(({ reasonCode }) => reasonCode).sort()).toEqual(['', WRONG.reasonCode]);
    expect(await verify(holder, challenge, two.assert(asCeremony(challenge)))).toEqual(WRONG);
  });

  it('is wrong where the signature counter goes back, and right where the authenticator has none', async () => {
    const holder = await aHolder(accounts.call);
    const authenticator = await aRegistered(holder, 7);
    const ahead = aChallenge();
    expect(await verify(holder, ahead, authenticator.assert(asCeremony(ahead)))).toEqual(VERIFIED);
    authenticator.counter = 4;
    const copied = aChallenge();
    expect(await verify(holder, copied, authenticator.assert(asCeremony(copied)))).toEqual(WRONG);
    const without = await aRegistered(holder, 0);
    for (const challenge of [aChallenge(), aChallenge()]) {
      expect(await verify(holder, challenge, without.assert(asCeremony(challenge)))).toEqual(VERIFIED);
    }
  });

  it.each([
    ['without a verified user', { isUserVerified: false }],
    ['from another site', { origin: 'https://evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
  ])('is wrong %s', async (_, wrong) => {
    const holder = await aHolder(accounts.call);
    const authenticator = await aRegistered(holder);
    const challenge = aChallenge();
    const assertion = authenticator.assert({ ...asCeremony(challenge), ...wrong });
    expect(await verify(holder, challenge, assertion)).toEqual(WRONG);
    expect(await verify(holder, challenge, '{"id":1}')).toEqual(WRONG);
  });

  it('knows the credentials of this account at this terminal only, until they are removed', async () => {
    const [holder, stranger] = await Promise.all([aHolder(accounts.call), aHolder(accounts.call)]);
    const elsewhere = { ...holder, terminalId: await anEnrolledTerminal(accounts.call, holder.email) };
    const authenticator = await aRegistered(holder);
    const challenge = aChallenge();
    const assertion = authenticator.assert(asCeremony(challenge));
    for (const other of [stranger, elsewhere, { ...stranger, terminalId: holder.terminalId }]) {
      expect(await verify(other, challenge, assertion)).toEqual(UNKNOWN);
    }
    const remove = ({ accountId }: AHolder) =>
      accounts.call.removeBiometricCredential({ accountId, credentialId: authenticator.id.toString('base64url') });
    await expect(remove(stranger)).rejects.toEqual(refusal('ACCOUNTS.BIOMETRIC_UNKNOWN'));
    await remove(holder);
    expect(await verify(holder, challenge, assertion)).toEqual(UNKNOWN);
  });

  it('ends with its terminal', async () => {
    const holder = await aHolder(accounts.call);
    const authenticator = await aRegistered(holder);
    const { accountId, terminalId } = holder;
    const open = await optionsFor(holder);
    await accounts.call.revokeTerminal({ accountId, terminalId });
    const challenge = aChallenge();
    expect(await verify(holder, challenge, authenticator.assert(asCeremony(challenge)))).toEqual(UNKNOWN);
    expect((await accounts.call.listBiometricCredentials({ accountId })).credentials).toEqual([]);
    const late = finish(holder, new SoftwareAuthenticator(ORIGIN).register(open));
    await expect(late).rejects.toEqual(refusal('ACCOUNTS.TERMINAL_NOT_FOUND'));
  });
});
