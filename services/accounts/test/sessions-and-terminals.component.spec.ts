import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Session, type TerminalRevoked, TOPICS } from '@openswipe/contracts';
import { Broadcast, createLogger, KafkaBroker } from '@openswipe/service-kit';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { X509Certificate } from 'node:crypto';
import { RETRY_WINDOW_MS } from '../src/domain/session-family.js';
import { eventually } from './neighbours.js';
import { aCertificateRequest, aKeyPair } from './builders/a-certificate-request.js';
import { PASSWORD, type RunningAccounts, aRegistration, runAccounts } from './running-accounts.js';

let accounts: RunningAccounts;
beforeAll(async () => (accounts = await runAccounts()));
afterAll(() => accounts?.stop());

const refusal = (code: string) => expect.objectContaining({ code });
const logIn = (email: string, password = PASSWORD, terminalId = ''): Promise<Session> =>
  accounts.call.logIn({ email, password, terminalId, remoteAddress: '' });
const refresh = (refreshToken: string): Promise<Session> => accounts.call.refreshSession({ refreshToken });

async function aPerson(): Promise<{ id: string; email: string }> {
  return accounts.call.register(aRegistration());
}

/** Moves the last rotation of the session's family into the past. */
async function leaveRetryWindow(session: Session): Promise<void> {
  const family = decodeJwt(session.accessToken)['sid'] as string;
  const families = accounts.database.collection<{ _id: string }>('session_families');
  await families.updateOne({ _id: family }, { $set: { rotatedAt: new Date(Date.now() - RETRY_WINDOW_MS - 500) } });
}

async function anEnrolment(email: string): Promise<Parameters<typeof accounts.call.enrolTerminal>[0]> {
  const { accountId, accessToken } = await logIn(email);
  const sessionFamilyId = decodeJwt(accessToken)['sid'] as string;
  return { accountId, name: 'My phone', certificateRequest: await aCertificateRequest(), sessionFamilyId };
}

/** Reads the topic from its beginning until `isComplete`. */
async function revocations(isComplete: (heard: readonly TerminalRevoked[]) => boolean): Promise<TerminalRevoked[]> {
  const logger = createLogger('test', 'silent');
  const { KAFKA_BROKERS: brokers, TOPIC_PREFIX: topicPrefix } = accounts.config;
  const broadcast = new Broadcast(new KafkaBroker({ brokers, topicPrefix, clientId: 'test' }, logger), logger);
  const heard: TerminalRevoked[] = [];
  const complete = new Promise<void>((resolve) =>
    broadcast.on(
      TOPICS.terminalRevoked,
      ({ value }) => {
        heard.push(value);
        if (isComplete(heard)) resolve();
      },
      'oldest',
    ),
  );
  await broadcast.start();
  await complete;
  await broadcast.stop();
  return heard;
}

describe('registration', () => {
  it('keeps who registered, and the bank account number only enciphered', async () => {
    const bankAccount = { bankCode: '102100099996', accountNumber: 'NL0000 6222 0001 9999', holder: '李伟' };
    const postalAddress = {
      recipient: '李伟',
      addressLines: ['中山路 1 号'],
      city: '上海',
      postalCode: '200000',
      country: 'CN',
    };
    const request = aRegistration({
      email: 'Li@Example.com',
      locale: 'zh-CN',
      mobile: '13800000000',
      bankAccount,
      postalAddress,
    });
    const account = await accounts.call.register(request);
    expect(account).toMatchObject({
      email: 'Li@Example.com',
      displayName: 'Li Wei',
      locale: 'zh-CN',
      mobile: '+8613800000000',
    });
    expect(await accounts.call.getAccount({ accountId: account.id })).toEqual(account);
    expect(await accounts.call.resolveAccount({ email: ' li@EXAMPLE.com' })).toEqual({ accountId: account.id });
    const kept = await accounts.database.collection<{ _id: string }>('accounts').findOne({ _id: account.id });
    expect(kept).toMatchObject({ bankAccount: { last4: '9999' }, postalAddress });
    expect(JSON.stringify(kept)).not.toMatch(/NL0000|62220001|correct horse/);
    const payee = await accounts.call.getPayee({ payeeId: account.id });
    expect(payee).toEqual({
      id: account.id,
      name: 'Li Wei',
      bankAccount: { ...bankAccount, accountNumber: 'NL0000622200019999' },
    });
  });

  it('gives an e-mail to one of those who race for it', async () => {
    const race = await Promise.allSettled(
      ['Race@example.com', 'race@example.com', 'RACE@EXAMPLE.COM'].map((email) =>
        accounts.call.register(aRegistration({ email })),
      ),
    );
    const lost = race
      .filter(({ status }) => status === 'rejected')
      .map((result) => (result as PromiseRejectedResult).reason);
    expect(lost).toEqual([refusal('ACCOUNTS.EMAIL_TAKEN'), refusal('ACCOUNTS.EMAIL_TAKEN')]);
  });

  it('refuses what it cannot keep', async () => {
    await expect(accounts.call.register(aRegistration({ password: 'short' }))).rejects.toEqual(
      refusal('ACCOUNTS.PASSWORD_TOO_WEAK'),
    );
    await expect(accounts.call.register(aRegistration({ email: 'nobody' }))).rejects.toEqual(
      refusal('ACCOUNTS.FIELD_INVALID'),
    );
  });

  it('does not pass on what is damaged in the store', async () => {
    const { id } = await aPerson();
    await accounts.database.collection<{ _id: string }>('accounts').updateOne({ _id: id }, { $set: { locale: 'xx' } });
    await expect(accounts.call.getAccount({ accountId: id })).rejects.toMatchObject({ isTransient: true });
  });

  it('does not know strangers', async () => {
    const nobody = refusal('ACCOUNTS.ACCOUNT_NOT_FOUND');
    await expect(accounts.call.resolveAccount({ email: 'stranger@example.com' })).rejects.toEqual(nobody);
    await expect(accounts.call.resolveAccount({ email: 'no e-mail' })).rejects.toEqual(nobody);
    await expect(accounts.call.getAccount({ accountId: 'acc_0' })).rejects.toEqual(nobody);
    await expect(accounts.call.getPayee({ payeeId: 'acc_0' })).rejects.toEqual(refusal('ACCOUNTS.PAYEE_NOT_FOUND'));
  });
});

describe('a session', () => {
  it('begins with the password and carries a token that the published keys verify', async () => {
    const { id, email } = await aPerson();
    const session = await logIn(email.toUpperCase());
    const { jwks } = await accounts.call.getVerificationKeys({});
    const expected = { issuer: 'http://pay.example', audience: 'openswipe', algorithms: ['EdDSA'] };
    const { payload } = await jwtVerify(session.accessToken, createLocalJWKSet(JSON.parse(jwks)), expected);
    expect(payload).toMatchObject({ sub: id, sid: expect.stringMatching(/^ses_[0-9a-f]{32}$/) });
    expect(payload).not.toHaveProperty('tid');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
    const stored = JSON.stringify(await accounts.database.collection('session_families').find().toArray());
    expect(stored).not.toContain(session.refreshToken.slice(3, 20));
  });

  it('is refused alike to a wrong password and an unknown e-mail', async () => {
    const { email } = await aPerson();
    const wrong = await logIn(email, 'wrong horse battery').catch((error: unknown) => error);
    const unknown = await logIn('stranger@example.com').catch((error: unknown) => error);
    expect(wrong).toEqual(refusal('ACCOUNTS.CREDENTIALS_WRONG'));
    expect(unknown).toEqual(wrong);
  });

  it('goes on by rotation, and answers a lost refresh with the same successor', async () => {
    const { email } = await aPerson();
    const first = await logIn(email);
    const second = await refresh(first.refreshToken);
    const again = await refresh(first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(again.refreshToken).toBe(second.refreshToken);
    const third = await refresh(second.refreshToken);
    expect(third.refreshToken).not.toBe(second.refreshToken);
  });

  it('gives two pages that refresh at once one successor', async () => {
    const { email } = await aPerson();
    const first = await logIn(email);
    const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(first.refreshToken)));
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
  });

  it('ends for everybody when a spent token comes back', async () => {
    const { email } = await aPerson();
    const first = await logIn(email);
    const second = await refresh(first.refreshToken);
    await leaveRetryWindow(second);
    const revoked = refusal('ACCOUNTS.SESSION_REVOKED');
    await expect(refresh(first.refreshToken)).rejects.toEqual(revoked);
    await expect(refresh(second.refreshToken)).rejects.toEqual(revoked);
    await expect(logIn(email)).resolves.toMatchObject({ terminalId: '' });
  });

  it('cannot be ended by somebody who knows its id only', async () => {
    const { email } = await aPerson();
    const first = await logIn(email);
    const guess = `rt_${Buffer.from(String(decodeJwt(first.accessToken)['sid']))
      .toString('base64url')
      .padEnd(64, 'A')
      .slice(0, 64)}`;
    await expect(refresh(guess)).rejects.toEqual(refusal('ACCOUNTS.REFRESH_TOKEN_INVALID'));
    await expect(refresh('nonsense')).rejects.toEqual(refusal('ACCOUNTS.REFRESH_TOKEN_INVALID'));
    await expect(refresh(first.refreshToken)).resolves.toBeDefined();
  });

  it('ends by logging out, twice without harm', async () => {
    const { email } = await aPerson();
    const { refreshToken } = await logIn(email);
    await accounts.call.logOut({ refreshToken });
    await accounts.call.logOut({ refreshToken });
    await accounts.call.logOut({ refreshToken: 'nonsense' });
    await expect(refresh(refreshToken)).rejects.toEqual(refusal('ACCOUNTS.SESSION_REVOKED'));
  });
});

describe('the limit of tries', () => {
  it('lets five wrong passwords a minute through, even all at once, and then not even the right one', async () => {
    const { email } = await aPerson();
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => logIn(email, 'wrong horse battery')));
    const codes = tries.map((result) => (result as PromiseRejectedResult).reason.code as string).sort();
    expect(codes.filter((code) => code === 'ACCOUNTS.CREDENTIALS_WRONG')).toHaveLength(5);
    expect(codes.filter((code) => code === 'ACCOUNTS.TOO_MANY_TRIES')).toHaveLength(3);
    const refused = await logIn(email).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'ACCOUNTS.TOO_MANY_TRIES', kind: 'rate-limited' });
    expect(Number((refused as { facts: Record<string, string> }).facts['retryAfterSeconds'])).toBeGreaterThan(30);
  });

  it('does not count those that succeed', async () => {
    const { email } = await aPerson();
    for (let time = 0; time < 6; time += 1) await logIn(email);
  });

  it('counts one address over all accounts', async () => {
    const guess = (number: number) =>
      accounts.call.logIn({
        email: `g${number}@example.com`,
        password: PASSWORD,
        terminalId: '',
        remoteAddress: '198.51.100.7',
      });
    const results = await Promise.allSettled(Array.from({ length: 31 }, (_, number) => guess(number)));
    const codes = results.map((result) => (result as PromiseRejectedResult).reason.code as string);
    expect(codes.filter((code) => code === 'ACCOUNTS.TOO_MANY_TRIES')).toHaveLength(1);
  });
});

describe('a terminal', () => {
  it('is enrolled with a certificate, two keys of their owners, and a session of its own', async () => {
    const { id, email } = await aPerson();
    const pair = await aKeyPair();
    const request = { ...(await anEnrolment(email)), certificateRequest: await aCertificateRequest(pair) };
    const enrolled = await accounts.call.enrolTerminal(request);
    const certificate = new X509Certificate(enrolled.certificate);
    expect(certificate.verify(new X509Certificate(enrolled.caCertificate).publicKey)).toBe(true);
    expect(certificate.subject).toContain(enrolled.terminalId);
    expect(decodeJwt(enrolled.session!.accessToken)).toMatchObject({ sub: id, tid: enrolled.terminalId });
    const issued = accounts.keyOwners.requests.filter(({ terminalId }) => terminalId === enrolled.terminalId);
    expect(issued.map(({ derivationId }) => derivationId.length)).toEqual([4, 4]);
    expect(issued[0]!.derivationId).toEqual(issued[1]!.derivationId);
    expect(enrolled.dataKey!.initialKeyId.subarray(4)).toEqual(issued[0]!.derivationId);
    const decrypting = await crypto.subtle.importKey(
      'pkcs8',
      await crypto.subtle.exportKey('pkcs8', pair.privateKey),
      { name: 'RSA-OAEP', hash: 'SHA-256' },
      false,
      ['decrypt'],
    );
    const open = async (bytes: Buffer): Promise<string> =>
      Buffer.from(await crypto.subtle.decrypt('RSA-OAEP', decrypting, new Uint8Array(bytes))).toString();
    expect(await open(enrolled.dataKey!.encryptedKey)).toBe('transactions key');
    expect(await open(enrolled.pinKey!.encryptedKey)).toBe('risk key');
    const renewed = await refresh(enrolled.session!.refreshToken);
    expect(renewed.terminalId).toBe(enrolled.terminalId);
    const relogged = await logIn(email, PASSWORD, enrolled.terminalId);
    expect(decodeJwt(relogged.accessToken)['tid']).toBe(enrolled.terminalId);
    const { terminals } = await accounts.call.listTerminals({ accountId: id });
    expect(terminals).toEqual([expect.objectContaining({ id: enrolled.terminalId, name: 'My phone', revoked: false })]);
  });

  it('takes over the session that enrolled it', async () => {
    const { email } = await aPerson();
    const before = await logIn(email);
    const sessionFamilyId = decodeJwt(before.accessToken)['sid'] as string;
    await accounts.call.enrolTerminal({ ...(await anEnrolment(email)), sessionFamilyId });
    await expect(refresh(before.refreshToken)).rejects.toEqual(refusal('ACCOUNTS.SESSION_REVOKED'));
  });

  it('is not enrolled by a bad request, or under the session of somebody else', async () => {
    const [mine, theirs] = await Promise.all([aPerson(), aPerson()]);
    const request = await anEnrolment(mine.email);
    const bad = accounts.call.enrolTerminal({ ...request, certificateRequest: 'no request' });
    await expect(bad).rejects.toEqual(refusal('ACCOUNTS.CERTIFICATE_REQUEST_INVALID'));
    const { sessionFamilyId } = await anEnrolment(theirs.email);
    const stolen = accounts.call.enrolTerminal({ ...request, sessionFamilyId });
    await expect(stolen).rejects.toEqual(refusal('ACCOUNTS.SESSION_REVOKED'));
    expect((await accounts.call.listTerminals({ accountId: mine.id })).terminals).toEqual([]);
  });

  it('is not listed where its keys could not be issued, and the session can try again', async () => {
    const { id, email } = await aPerson();
    const request = await anEnrolment(email);
    accounts.keyOwners.down = true;
    await expect(accounts.call.enrolTerminal(request)).rejects.toMatchObject({ isTransient: true });
    accounts.keyOwners.down = false;
    expect((await accounts.call.listTerminals({ accountId: id })).terminals).toEqual([]);
    await expect(accounts.call.enrolTerminal(request)).resolves.toBeDefined();
  });

  it('is signed out for good by its owner, and by nobody else', async () => {
    const [owner, stranger] = await Promise.all([aPerson(), aPerson()]);
    const { terminalId, session } = await accounts.call.enrolTerminal(await anEnrolment(owner.email));
    const unknown = refusal('ACCOUNTS.TERMINAL_NOT_FOUND');
    await expect(accounts.call.revokeTerminal({ accountId: stranger.id, terminalId })).rejects.toEqual(unknown);
    await expect(logIn(stranger.email, PASSWORD, terminalId)).rejects.toEqual(unknown);
    await accounts.call.revokeTerminal({ accountId: owner.id, terminalId });
    await expect(refresh(session!.refreshToken)).rejects.toEqual(refusal('ACCOUNTS.SESSION_REVOKED'));
    await expect(logIn(owner.email, PASSWORD, terminalId)).rejects.toEqual(refusal('ACCOUNTS.TERMINAL_REVOKED'));
    const { terminals } = await accounts.call.listTerminals({ accountId: owner.id });
    expect(terminals).toEqual([expect.objectContaining({ id: terminalId, revoked: true })]);
  });

  it('is told of once when it is signed out, though it is signed out twice', async () => {
    const { id: accountId, email } = await aPerson();
    const { terminalId } = await accounts.call.enrolTerminal(await anEnrolment(email));
    // Of the same account, so in the same partition: whatever was told of the first one comes before it.
    const { terminalId: last } = await accounts.call.enrolTerminal(await anEnrolment(email));
    await accounts.call.revokeTerminal({ accountId, terminalId });
    await accounts.call.revokeTerminal({ accountId, terminalId });
    await accounts.call.revokeTerminal({ accountId, terminalId: last });
    const told = await revocations((heard) => heard.some((event) => event.terminalId === last));
    expect(told.filter((event) => event.accountId === accountId)).toEqual([
      { accountId, terminalId },
      { accountId, terminalId: last },
    ]);
    const kept = await eventually('an empty outbox', async () => {
      const found = await accounts.database
        .collection<{ _id: string; outbox: unknown[] }>('terminals')
        .findOne({ _id: terminalId });
      return found?.outbox.length === 0 ? found : undefined;
    });
    expect(kept).toMatchObject({ state: 'revoked' });
  });
});
