import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Reader, ReaderStatus } from '@openswipe/contracts';
import { randomUUID } from 'node:crypto';
import { TellOfReaders } from '../src/application/tell-of-readers.js';
import { eventually } from './neighbours.js';
import { type AHolder, type RunningAccounts, aHolder, anEnrolledTerminal, runAccounts } from './running-accounts.js';

let accounts: RunningAccounts;
beforeAll(async () => (accounts = await runAccounts()));
afterAll(() => accounts?.stop());

const ADDRESS = {
  recipient: 'Li <Wei>',
  addressLines: ['1 Zhongshan Road'],
  city: 'Shanghai',
  postalCode: '200000',
  country: 'CN',
};
const refusal = (code: string, facts?: Record<string, string>) =>
  expect.objectContaining({ code, ...(facts && { facts }) });

const apply = (accountId: string, more: Partial<Parameters<typeof accounts.call.applyForReader>[0]> = {}) =>
  accounts.call.applyForReader({
    accountId,
    model: 'usb-swipe',
    postalAddress: ADDRESS,
    replacesReaderId: '',
    idempotencyKey: randomUUID(),
    ...more,
  });

let serials = 0;
const aSerial = (): string => `SN${1_000 + (serials += 1)}`;

const ship = (readerId: string, serialNumber: string, initialKeyId = ''): Promise<Reader> =>
  accounts.call.shipReader({ readerId, serialNumber, carrier: 'SF Express', trackingNumber: 'SF-42', initialKeyId });

async function aShippedReader(holder: AHolder, initialKeyId = ''): Promise<Reader> {
  const { id } = await apply(holder.accountId);
  return ship(id, aSerial(), initialKeyId);
}

const bind = ({ accountId, terminalId }: AHolder, serialNumber: string): Promise<Reader> =>
  accounts.call.bindReader({ accountId, terminalId, serialNumber });
const reportLost = ({ accountId }: AHolder, { id: readerId }: Reader): Promise<Reader> =>
  accounts.call.reportReaderLost({ accountId, readerId });
const codesOf = (results: readonly PromiseSettledResult<unknown>[]): (string | undefined)[] =>
  results.map((result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : undefined));

describe('an application for a reader', () => {
  it('goes to the address of the account unless it names one', async () => {
    const { accountId } = await aHolder(accounts.call, { postalAddress: ADDRESS });
    const reader = await apply(accountId, { postalAddress: undefined });
    expect(reader).toMatchObject({
      id: expect.stringMatching(/^rdr_[0-9a-f]{32}$/),
      status: ReaderStatus.READER_STATUS_APPLIED,
      model: 'usb-swipe',
      postalAddress: ADDRESS,
      serialNumber: '',
    });
    expect((await accounts.call.listReaders({ accountId })).readers).toEqual([reader]);
    const homeless = await aHolder(accounts.call);
    const nowhere = apply(homeless.accountId, { postalAddress: undefined });
    await expect(nowhere).rejects.toEqual(refusal('ACCOUNTS.POSTAL_ADDRESS_MISSING'));
    await expect(apply(accountId, { model: 'abacus' })).rejects.toEqual(refusal('ACCOUNTS.FIELD_INVALID'));
  });

  it('is one however often it comes with its key', async () => {
    const { accountId } = await aHolder(accounts.call);
    const idempotencyKey = randomUUID();
    const [first, second] = await Promise.all([
      apply(accountId, { idempotencyKey }),
      apply(accountId, { idempotencyKey }),
    ]);
    expect(second).toEqual(first);
    expect((await accounts.call.listReaders({ accountId })).readers).toHaveLength(1);
    const other = apply(accountId, { idempotencyKey, model: 'chip' });
    await expect(other).rejects.toEqual(refusal('ACCOUNTS.IDEMPOTENCY_KEY_REUSED'));
    const stranger = await aHolder(accounts.call);
    expect((await apply(stranger.accountId, { idempotencyKey })).id).not.toBe(first!.id);
  });

  it('is canceled by its owner until the reader is sent', async () => {
    const [holder, stranger] = await Promise.all([aHolder(accounts.call), aHolder(accounts.call)]);
    const { id: readerId } = await apply(holder.accountId);
    const cancel = ({ accountId }: AHolder) => accounts.call.cancelReaderApplication({ accountId, readerId });
    await expect(cancel(stranger)).rejects.toEqual(refusal('ACCOUNTS.READER_NOT_FOUND'));
    expect((await cancel(holder)).status).toBe(ReaderStatus.READER_STATUS_CANCELED);
    expect((await cancel(holder)).status).toBe(ReaderStatus.READER_STATUS_CANCELED);
    await expect(ship(readerId, aSerial())).rejects.toEqual(refusal('ACCOUNTS.READER_STATE', { status: 'canceled' }));
    const shipped = await aShippedReader(holder);
    const late = accounts.call.cancelReaderApplication({ accountId: holder.accountId, readerId: shipped.id });
    await expect(late).rejects.toEqual(refusal('ACCOUNTS.READER_STATE', { status: 'shipped' }));
  });

  it('that is canceled while it is shipped ends one way', async () => {
    const { accountId } = await aHolder(accounts.call);
    const { id: readerId } = await apply(accountId);
    const race = [accounts.call.cancelReaderApplication({ accountId, readerId }), ship(readerId, aSerial())];
    expect(codesOf(await Promise.allSettled(race)).filter((code) => code === 'ACCOUNTS.READER_STATE')).toHaveLength(1);
  });
});

describe('a shipped reader', () => {
  it('stands in the queue of the operator until it is sent, and its holder hears of it once', async () => {
    const holder = await aHolder(accounts.call);
    const before = await apply(holder.accountId);
    const page = await accounts.call.listReaderApplications({ pageSize: 100, afterId: '' });
    expect(page.readers.map(({ id }) => id)).toContain(before.id);
    const [last] = page.readers.slice(-1);
    expect(await accounts.call.listReaderApplications({ pageSize: 100, afterId: last!.id })).toEqual({ readers: [] });
    const serialNumber = aSerial();
    const shipped = await ship(before.id, serialNumber.toLowerCase());
    expect(await ship(before.id, serialNumber)).toEqual(shipped);
    expect(shipped).toMatchObject({ status: ReaderStatus.READER_STATUS_SHIPPED, serialNumber, carrier: 'SF Express' });
    const [letter] = await eventually('the letter', () => {
      const letters = accounts.mail.to(holder.email);
      return letters.length > 0 ? letters : undefined;
    });
    expect(letter!.text).toContain('Tracking number: SF-42');
    expect(letter!.html).toContain('Li &lt;Wei&gt;');
    await accounts.service.app.get(TellOfReaders).execute();
    const recipientId = holder.accountId;
    expect(await accounts.database.collection('deliveries').countDocuments({ recipientId })).toBe(1);
  });

  it('is written to in the language of its holder', async () => {
    const holder = await aHolder(accounts.call, { locale: 'zh-CN' });
    await aShippedReader(holder);
    const [letter] = await eventually('the letter', () => {
      const letters = accounts.mail.to(holder.email);
      return letters.length > 0 ? letters : undefined;
    });
    expect(letter!.headers).toContain('Subject: 您的刷卡器已寄出');
    expect(letter!.text).toContain('运单号: SF-42');
  });

  it('is told of even where the service ended right after the change', async () => {
    const holder = await aHolder(accounts.call);
    const { id } = await apply(holder.accountId);
    // What the one write of a shipment leaves, without what comes after it.
    await accounts.database.collection<{ _id: string }>('readers').updateOne(
      { _id: id },
      {
        $set: { status: 'shipped', serialNumber: 'CRASH1', carrier: 'SF', trackingNumber: 'T1', untold: ['shipped'] },
      },
    );
    await accounts.service.app.get(TellOfReaders).execute();
    await eventually('the letter', () => (accounts.mail.to(holder.email).length === 1 ? true : undefined));
    expect(await accounts.database.collection('readers').countDocuments({ untold: 'shipped' })).toBe(0);
  });

  it('has a serial number that no other has, whoever comes first', async () => {
    const { accountId } = await aHolder(accounts.call);
    const [one, two] = await Promise.all([apply(accountId), apply(accountId)]);
    const serial = aSerial();
    const race = await Promise.allSettled([ship(one!.id, serial), ship(two!.id, serial)]);
    expect(codesOf(race).sort()).toEqual(['ACCOUNTS.READER_SERIAL_TAKEN', undefined]);
    const shipped = await ship(race[0]!.status === 'rejected' ? one!.id : two!.id, aSerial(), 'FFFF9876543210E0');
    const again = ship(shipped.id, shipped.serialNumber, '0000000000000000');
    await expect(again).rejects.toEqual(refusal('ACCOUNTS.READER_STATE', { status: 'shipped' }));
  });
});

describe('the first use of a reader', () => {
  it('binds it to the terminal, once even when it happens twice at once', async () => {
    const holder = await aHolder(accounts.call);
    const { serialNumber } = await aShippedReader(holder);
    const [first, second] = await Promise.all([bind(holder, serialNumber), bind(holder, ` ${serialNumber} `)]);
    expect(first).toMatchObject({ status: ReaderStatus.READER_STATUS_BOUND, terminalId: holder.terminalId });
    expect(second).toEqual(first);
  });

  it('at another terminal of the account moves it, and keeps the time of its first use', async () => {
    const holder = await aHolder(accounts.call);
    const { serialNumber } = await aShippedReader(holder);
    const before = await bind(holder, serialNumber);
    const other = { ...holder, terminalId: await anEnrolledTerminal(accounts.call, holder.email) };
    expect(await bind(other, serialNumber)).toEqual({ ...before, terminalId: other.terminalId });
    const race = await Promise.all([bind(holder, serialNumber), bind(other, serialNumber)]);
    const { readers } = await accounts.call.listReaders({ accountId: holder.accountId });
    expect(race.map(({ terminalId }) => terminalId).sort()).toEqual([holder.terminalId, other.terminalId].sort());
    expect(readers).toEqual([{ ...before, terminalId: expect.any(String) }]);
  });

  it('is refused to another account, to a terminal of another account, and where nothing was shipped', async () => {
    const [holder, stranger] = await Promise.all([aHolder(accounts.call), aHolder(accounts.call)]);
    const { serialNumber } = await aShippedReader(holder);
    await expect(bind(stranger, serialNumber)).rejects.toEqual(refusal('ACCOUNTS.READER_FOREIGN'));
    const borrowed = bind({ ...holder, terminalId: stranger.terminalId }, serialNumber);
    await expect(borrowed).rejects.toEqual(refusal('ACCOUNTS.TERMINAL_NOT_FOUND'));
    await expect(bind(holder, 'UNKNOWN1')).rejects.toEqual(refusal('ACCOUNTS.READER_NOT_FOUND'));
    await expect(bind(holder, '?')).rejects.toEqual(refusal('ACCOUNTS.FIELD_INVALID'));
  });
});

describe('a lost reader', () => {
  it('works nowhere any more, and its holder is told', async () => {
    const [holder, stranger] = await Promise.all([aHolder(accounts.call), aHolder(accounts.call)]);
    const initialKeyId = 'ffff9876543211e0';
    const check = ({ accountId }: AHolder, id = initialKeyId) =>
      accounts.call.checkReader({ accountId, initialKeyId: id });
    expect(await check(holder)).toEqual({ reasonCode: '' });
    const reader = await aShippedReader(holder, initialKeyId.toUpperCase());
    expect(await check(holder)).toEqual({ reasonCode: '' });
    expect(await check(stranger)).toEqual({ reasonCode: 'ACCOUNTS.READER_FOREIGN' });
    await expect(reportLost(stranger, reader)).rejects.toEqual(refusal('ACCOUNTS.READER_NOT_FOUND'));
    const lost = await reportLost(holder, reader);
    expect(await reportLost(holder, reader)).toEqual(lost);
    expect(await check(holder)).toEqual({ reasonCode: 'ACCOUNTS.READER_LOST' });
    expect(await check(stranger)).toEqual({ reasonCode: 'ACCOUNTS.READER_LOST' });
    await expect(bind(holder, reader.serialNumber)).rejects.toEqual(refusal('ACCOUNTS.READER_LOST'));
    await eventually('both letters', () => (accounts.mail.to(holder.email).length === 2 ? true : undefined));
    const words = accounts.mail
      .to(holder.email)
      .map(({ text }) => text)
      .join('\n');
    expect(words).toContain('reported lost');
  });

  it('gets one replacement that is not canceled, whoever comes first', async () => {
    const holder = await aHolder(accounts.call);
    const { accountId } = holder;
    const reader = await aShippedReader(holder);
    const replace = () => apply(accountId, { replacesReaderId: reader.id });
    await expect(replace()).rejects.toEqual(refusal('ACCOUNTS.READER_STATE', { status: 'shipped' }));
    await reportLost(holder, reader);
    const race = await Promise.allSettled([replace(), replace(), replace()]);
    const [won] = race.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
    expect(codesOf(race).filter((code) => code === 'ACCOUNTS.READER_STATE')).toHaveLength(2);
    await expect(replace()).rejects.toEqual(
      refusal('ACCOUNTS.READER_STATE', { status: 'lost', replacedByReaderId: won!.id }),
    );
    const byId = async () =>
      new Map((await accounts.call.listReaders({ accountId })).readers.map((found) => [found.id, found]));
    expect((await byId()).get(reader.id)).toMatchObject({ replacedByReaderId: won!.id });
    expect((await byId()).get(won!.id)).toMatchObject({ replacesReaderId: reader.id });
    await accounts.call.cancelReaderApplication({ accountId, readerId: won!.id });
    expect((await byId()).get(reader.id)).toMatchObject({ replacedByReaderId: '' });
    const second = await replace();
    expect((await byId()).get(reader.id)).toMatchObject({ replacedByReaderId: second.id });
  });
});
