import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForgetOldDeliveries } from '../src/application/forget-old-deliveries.js';
import { eventually } from './neighbours.js';
import { type RunningAccounts, aRegistration, runAccounts } from './running-accounts.js';

let accounts: RunningAccounts;
beforeAll(async () => (accounts = await runAccounts()));
afterAll(() => accounts?.stop());

const refusal = (code: string, facts?: Record<string, string>) =>
  expect.objectContaining({ code, ...(facts && { facts }) });

let numbers = 0;
const aNumber = (): string => `+86138${String((numbers += 1)).padStart(8, '0')}`;
const codeTo = (mobile: string, count = 1): Promise<string> =>
  eventually(`code ${count} to ${mobile}`, () => accounts.sms.codesTo(mobile)[count - 1]);
const another = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const confirm = (accountId: string, code: string) => accounts.call.confirmMobile({ accountId, code });
const kept = (accountId: string) =>
  accounts.database
    .collection<{ _id: string; mobileBinding: { code: object } }>('accounts')
    .findOne({ _id: accountId });

/** A minute that nobody has to wait for: the counted codes are moved back by it. */
async function letTimePass(): Promise<void> {
  const counted = accounts.database.collection<{ _id: string; tries: { id: string; at: Date }[] }>('log_in_tries');
  for (const { _id, tries } of await counted.find().toArray()) {
    const moved = tries.map(({ id, at }) => ({ id, at: new Date(at.getTime() - 61_000) }));
    await counted.updateOne({ _id }, { $set: { tries: moved } });
  }
}

async function aPerson(mobile = aNumber()): Promise<{ accountId: string; mobile: string; code: string }> {
  const { id: accountId } = await accounts.call.register(aRegistration({ mobile }));
  return { accountId, mobile, code: await codeTo(mobile) };
}

describe('a mobile number', () => {
  it('gets a code at registration, and the code binds it', async () => {
    const { accountId, mobile, code } = await aPerson();
    expect(await accounts.call.getAccount({ accountId })).toMatchObject({ mobile, mobileConfirmed: false });
    expect(await confirm(accountId, code)).toMatchObject({ mobile, mobileConfirmed: true });
    expect(await confirm(accountId, code)).toMatchObject({ mobileConfirmed: true });
    await expect(confirm(accountId, another(code))).rejects.toEqual(refusal('ACCOUNTS.MOBILE_CODE_EXPIRED'));
    const deliveries = await accounts.database.collection('deliveries').find({ recipientId: accountId }).toArray();
    expect(JSON.stringify([deliveries, await kept(accountId)])).not.toContain(code);
    expect(deliveries).toMatchObject([{ channel: 'sms', eventType: 'account.mobile-code', orderId: '' }]);
    expect(await accounts.call.listDeliveries({ orderId: '' })).toEqual({ deliveries: [] });
  });

  it('stays the confirmed one until the next is confirmed', async () => {
    const { accountId, mobile, code } = await aPerson();
    await confirm(accountId, code);
    await letTimePass();
    const next = aNumber();
    const { codeExpiresAt } = await accounts.call.changeMobile({ accountId, mobile: next });
    expect(codeExpiresAt!.getTime()).toBeGreaterThan(Date.now() + 590_000);
    expect(await accounts.call.getAccount({ accountId })).toMatchObject({ mobile, mobileConfirmed: true });
    await expect(confirm(accountId, another(await codeTo(next)))).rejects.toEqual(
      refusal('ACCOUNTS.MOBILE_CODE_WRONG', { triesLeft: '4' }),
    );
    expect(await confirm(accountId, await codeTo(next))).toMatchObject({ mobile: next, mobileConfirmed: true });
    expect(await accounts.call.changeMobile({ accountId, mobile: '' })).toEqual({ codeExpiresAt: undefined });
    expect(await accounts.call.getAccount({ accountId })).toMatchObject({ mobile: '', mobileConfirmed: false });
  });

  it('can be added to an account without one', async () => {
    const { id: accountId } = await accounts.call.register(aRegistration());
    const mobile = aNumber();
    await accounts.call.changeMobile({ accountId, mobile });
    expect(await accounts.call.getAccount({ accountId })).toMatchObject({ mobile, mobileConfirmed: false });
    expect(await confirm(accountId, await codeTo(mobile))).toMatchObject({ mobile, mobileConfirmed: true });
  });
});

describe('a code', () => {
  it('ends after five wrong ones, even all at once, and the right one comes too late', async () => {
    const { accountId, code } = await aPerson();
    const guesses = Array.from({ length: 6 }, () => confirm(accountId, another(code)));
    const reasons = (await Promise.allSettled(guesses)).map((result) => (result as PromiseRejectedResult).reason);
    const wrong = reasons.filter((reason) => reason.code === 'ACCOUNTS.MOBILE_CODE_WRONG');
    expect(wrong.map(({ facts }) => facts.triesLeft).sort()).toEqual(['0', '1', '2', '3', '4']);
    expect(reasons.filter((reason) => reason.code === 'ACCOUNTS.MOBILE_CODE_EXPIRED')).toHaveLength(1);
    await expect(confirm(accountId, code)).rejects.toEqual(refusal('ACCOUNTS.MOBILE_CODE_EXPIRED'));
  });

  it('ends after ten minutes, and when the next is sent', async () => {
    const { accountId, mobile, code } = await aPerson();
    await letTimePass();
    await accounts.call.changeMobile({ accountId, mobile });
    const next = await codeTo(mobile, 2);
    if (next !== code) {
      await expect(confirm(accountId, code)).rejects.toEqual(refusal('ACCOUNTS.MOBILE_CODE_WRONG', { triesLeft: '4' }));
    }
    await accounts.database
      .collection<{ _id: string }>('accounts')
      .updateOne({ _id: accountId }, { $set: { 'mobileBinding.code.expiresAt': new Date(Date.now() - 1) } });
    await expect(confirm(accountId, next)).rejects.toEqual(refusal('ACCOUNTS.MOBILE_CODE_EXPIRED'));
  });

  it('is sent once a minute and five times a day, to one number from whichever account', async () => {
    const { accountId, mobile } = await aPerson();
    const ask = (mobileNumber: string) => accounts.call.changeMobile({ accountId, mobile: mobileNumber });
    const often = await ask(aNumber()).catch((error: unknown) => error);
    expect(often).toMatchObject({ code: 'ACCOUNTS.MOBILE_CODE_TOO_OFTEN', kind: 'rate-limited' });
    expect(Number((often as { facts: Record<string, string> }).facts['retryAfterSeconds'])).toBeLessThanOrEqual(60);
    const { id: stranger } = await accounts.call.register(aRegistration());
    const flooded = accounts.call.changeMobile({ accountId: stranger, mobile });
    await expect(flooded).rejects.toEqual(refusal('ACCOUNTS.MOBILE_CODE_TOO_OFTEN'));
    for (let count = 2; count <= 5; count += 1) {
      await letTimePass();
      await ask(mobile);
    }
    await letTimePass();
    const sixth = await ask(mobile).catch((error: unknown) => error);
    expect(Number((sixth as { facts: Record<string, string> }).facts['retryAfterSeconds'])).toBeGreaterThan(80_000);
  });

  it('does not keep a registration from being made where no more may be sent', async () => {
    const { mobile } = await aPerson();
    const account = await accounts.call.register(aRegistration({ mobile }));
    expect(account).toMatchObject({ mobile, mobileConfirmed: false });
    expect(accounts.sms.codesTo(mobile)).toHaveLength(1);
  });

  it('only comes later where the gateway is down, and its answer is kept nowhere', async () => {
    accounts.sms.status = 503;
    const mobile = aNumber();
    const { id: accountId } = await accounts.call.register(aRegistration({ mobile }));
    const deliveries = accounts.database.collection('deliveries');
    await eventually('a failed attempt', async () =>
      (await deliveries.countDocuments({ recipientId: accountId, lastError: 'the SMS gateway answered 503' })) === 1
        ? true
        : undefined,
    );
    accounts.sms.status = 200;
    expect(await confirm(accountId, await codeTo(mobile))).toMatchObject({ mobileConfirmed: true });
    expect(accounts.sms.received.filter(({ to }) => to === mobile)).toHaveLength(1);
  });
});

describe('deliveries', () => {
  it('are forgotten long after they ended, and never before', async () => {
    const { accountId } = await aPerson();
    const collection = accounts.database.collection<{ _id: string; status: string; createdAt: Date }>('deliveries');
    const [sent] = await eventually('the delivered code', async () => {
      const found = await collection.find({ recipientId: accountId, status: 'delivered' } as never).toArray();
      return found.length === 1 ? found : undefined;
    });
    const old = new Date(Date.now() - 91 * 24 * 3_600_000);
    const { _id, ...rest } = sent!;
    await collection.insertMany([
      ...Array.from({ length: 501 }, (_, at) => ({ _id: `dlv_old_${at}`, ...rest, createdAt: old })),
      {
        _id: 'dlv_waiting',
        ...rest,
        status: 'queued',
        createdAt: old,
        nextAttemptAt: new Date(Date.now() + 60_000),
      } as never,
    ]);
    await accounts.service.app.get(ForgetOldDeliveries).execute();
    expect(await collection.countDocuments({ createdAt: old })).toBe(1);
    expect(await collection.findOne({ _id: 'dlv_waiting' })).not.toBeNull();
    expect(await collection.findOne({ _id })).not.toBeNull();
  });
});

describe('an installation without an SMS gateway', () => {
  it('registers people all the same, and says that it sends no codes', async () => {
    const mute = await runAccounts({ SMS_URL: undefined });
    try {
      const { id: accountId } = await mute.call.register(aRegistration({ mobile: aNumber() }));
      const asked = mute.call.changeMobile({ accountId, mobile: aNumber() });
      await expect(asked).rejects.toEqual(refusal('ACCOUNTS.MOBILE_UNAVAILABLE'));
      expect(await mute.database.collection('deliveries').countDocuments()).toBe(0);
      expect(await mute.call.changeMobile({ accountId, mobile: '' })).toEqual({ codeExpiresAt: undefined });
    } finally {
      await mute.stop();
    }
  });
});
