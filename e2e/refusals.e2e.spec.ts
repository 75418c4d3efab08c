import { beforeAll, describe, expect, it } from '@jest/globals';
import { sealEnvelope, nobleAes, type TransactionData } from '@openswipe/card';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { Sensitive } from '@openswipe/kernel';
import type { Order } from '@openswipe/sdk';
import { TerminalApi, preparePayment, type TransactionBody } from '@openswipe/terminal-web';
import type { HeadlessTerminal } from '../tools/stack/headless-terminal.mjs';
import { Platform, eventually, type Person } from './platform.js';

/** What a hostile or broken terminal may send instead of an honest envelope. */
type Spoil = (data: TransactionData) => TransactionData;

describe('the platform refuses, charges nothing and loses nothing', () => {
  const platform = new Platform();
  let person: Person;
  let terminal: HeadlessTerminal;
  /** Made first and looked at last: the shortest life of an order is a minute. */
  let shortLived: Order;

  beforeAll(async () => {
    person = await platform.register('refused');
    shortLived = await platform.order(person, { expiresInSeconds: 60 });
    terminal = await platform.terminal(person);
  });

  const code = (error: unknown): string => (error as { code: string }).code;

  /** Seals as the terminal would, after changing what is inside. */
  async function seal(orderId: string, spoil: Spoil = (data) => data): Promise<TransactionBody> {
    const { order, digest } = await preparePayment(await terminal.api.claim(orderId));
    const { data: key } = await terminal.keys.next();
    const data: TransactionData = {
      card: {
        entryMode: 'magstripe',
        track2: testTrack2(testCard('visa-no-pin')),
        readerKind: 'simulated',
        readerProtected: false,
      },
      fee: { orderId, orderDigest: digest, amountMinor: order.amountMinor, currency: order.currency },
      security: {},
      createdAt: new Date().toISOString(),
    };
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const envelope = sealEnvelope(
      nobleAes,
      key.key,
      key.ksn,
      terminal.keys.terminalId,
      nonce,
      new Sensitive(spoil(data)),
    );
    return { orderId, ...envelope };
  }

  const outcomeOf = async (body: TransactionBody) => {
    const { transactionId } = await terminal.api.submit(body);
    return eventually(`the end of ${transactionId}`, async () => {
      const found = await terminal.api.transaction(transactionId);
      return found && ['settled', 'declined', 'rejected', 'reversed'].includes(found.status) ? found : undefined;
    });
  };

  /** The order waits for another try, its failure named, and nothing is in the ledger. */
  const expectFree = async (orderId: string, reasonCode: string) => {
    const order = await eventually(`order ${orderId} free again`, async () => {
      const found = await platform.merchant.getOrder(orderId);
      return found.status === 'claimed' && found.lastFailure ? found : undefined;
    });
    expect(order.lastFailure?.reasonCode).toBe(reasonCode);
    expect(order.payment).toBeUndefined();
    await terminal.pay(orderId, { card: 'visa-no-pin' });
    await platform.orderIn(orderId, 'paid');
  };

  it('a wrong password, with the same answer as for an unknown account', async () => {
    const api = new TerminalApi({ baseUrl: platform.url });
    const answers = await Promise.all([
      api.logIn(person.email, 'not the password').catch(code),
      api.logIn('nobody@openswipe.example', 'not the password').catch(code),
    ]);
    expect(answers).toEqual(['ACCOUNTS.CREDENTIALS_WRONG', 'ACCOUNTS.CREDENTIALS_WRONG']);
  });

  it('an account that does not exist, at the checkout and from the shop', async () => {
    const stranger = { email: 'nobody@openswipe.example', password: '' };
    await expect(platform.order(stranger)).rejects.toMatchObject({ code: 'ACCOUNTS.ACCOUNT_NOT_FOUND' });
  });

  it('an order that another terminal has claimed, until it is released', async () => {
    const other = await platform.terminal(person);
    const { id } = await platform.order(person);
    await other.api.claim(id);
    expect(await terminal.api.claim(id).catch(code)).toBe('ORDERS.CLAIMED_BY_OTHER_TERMINAL');
    await other.api.release(id);
    expect((await terminal.pay(id, { card: 'visa-no-pin' })).kind).toBe('settled');
  });

  it('an order of another account, as if it were not there', async () => {
    const stranger = await platform.terminal(await platform.register('stranger'));
    const { id } = await platform.order(person);
    expect(await stranger.api.order(id).catch(code)).toBe('ORDERS.NOT_FOUND');
    expect(await stranger.api.claim(id).catch(code)).toBe('ORDERS.NOT_FOUND');
  });

  it('a canceled order', async () => {
    const { id } = await platform.order(person);
    await platform.merchant.cancelOrder(id);
    expect(await terminal.api.claim(id).catch(code)).toBe('ORDERS.CANCELED');
  });

  it('an amount that was changed after the claim', async () => {
    const { id } = await platform.order(person);
    const body = await seal(id, (data) => ({ ...data, fee: { ...data.fee, amountMinor: '1' } }));
    expect(await outcomeOf(body)).toMatchObject({ status: 'rejected', reasonCode: 'TRANSACTIONS.AMOUNT_CHANGED' });
    await expectFree(id, 'TRANSACTIONS.AMOUNT_CHANGED');
  });

  it('a ciphertext with one flipped bit', async () => {
    const { id } = await platform.order(person);
    const body = await seal(id);
    const flipped = (Number.parseInt(body.ciphertext.slice(0, 2), 16) ^ 1).toString(16).padStart(2, '0');
    const outcome = await outcomeOf({ ...body, ciphertext: `${flipped}${body.ciphertext.slice(2)}` });
    expect(outcome).toMatchObject({ status: 'rejected', reasonCode: 'CARD.ENVELOPE_FORGED' });
    await expectFree(id, 'CARD.ENVELOPE_FORGED');
  });

  it('an unknown suite, at the door', async () => {
    const { id } = await platform.order(person);
    const body = await seal(id);
    expect(await terminal.api.submit({ ...body, suite: 'os9' as 'os1' }).catch(code)).toBe('CARD.SUITE_UNKNOWN');
  });

  it('a key serial number that is not newer than the last', async () => {
    const [first, second] = [await platform.order(person), await platform.order(person)];
    const early = await seal(first.id);
    const late = await seal(second.id);
    expect(await outcomeOf(late)).toMatchObject({ status: 'settled' });
    expect(await outcomeOf(early)).toMatchObject({ status: 'rejected', reasonCode: 'TRANSACTIONS.KSN_REPLAYED' });
    await expectFree(first.id, 'TRANSACTIONS.KSN_REPLAYED');
  });

  it('nothing of a second submission of the same bytes: it is the same transaction', async () => {
    const { id } = await platform.order(person);
    const body = await seal(id);
    const once = await outcomeOf(body);
    const twice = await outcomeOf(body);
    expect(twice).toEqual(once);
    expect(once.status).toBe('settled');
  });

  it('an envelope that was recorded for another order', async () => {
    const [first, second] = [await platform.order(person), await platform.order(person)];
    const body = await seal(first.id);
    await terminal.api.claim(second.id);
    const outcome = await outcomeOf({ ...body, orderId: second.id });
    expect(outcome).toMatchObject({ status: 'rejected', reasonCode: 'CARD.ENVELOPE_FORGED' });
  });

  it('a wrong PIN, telling how many tries are left, and blocks the card after the third', async () => {
    const { id } = await platform.order(person);
    const outcomes = [];
    for (const pin of ['0000', '0001', '0002', '1234']) {
      outcomes.push(await terminal.pay(id, { card: 'mastercard-pin', pin }));
    }
    expect(outcomes).toMatchObject([
      { kind: 'declined', reasonCode: 'RISK.PIN_WRONG', facts: { triesLeft: '2' } },
      { kind: 'declined', reasonCode: 'RISK.PIN_WRONG', facts: { triesLeft: '1' } },
      { kind: 'declined', reasonCode: 'RISK.CARD_BLOCKED', facts: { reason: 'pin-tries-exceeded' } },
      { kind: 'declined', reasonCode: 'RISK.CARD_BLOCKED' },
    ]);
    expect((await terminal.pay(id, { card: 'visa-no-pin' })).kind).toBe('settled');
  });

  it.each([
    ['insufficient-funds', 'declined', 'RISK.INSUFFICIENT_FUNDS'],
    ['expired', 'declined', 'RISK.CARD_EXPIRED'],
    ['lost', 'declined', 'RISK.CARD_BLOCKED'],
    ['do-not-honour', 'declined', 'RISK.DECLINED_BY_ISSUER'],
    ['blocked-pin', 'declined', 'RISK.CARD_BLOCKED'],
    ['over-limit', 'declined', 'RISK.AMOUNT_LIMIT'],
  ])('the card "%s" as %s with %s', async (card, kind, reasonCode) => {
    const { id } = await platform.order(person);
    expect(await terminal.pay(id, { card })).toMatchObject({ kind, reasonCode });
  });

  it('an issuer whose answer is lost: unknown at first, approved after a query, never paid twice', async () => {
    const { id } = await platform.order(person);
    expect((await terminal.pay(id, { card: 'answer-lost' })).kind).toBe('settled');
    await platform.orderIn(id, 'paid');
  });

  it('an issuer that never answers: reversed, and the order can be paid by another card', async () => {
    const { id } = await platform.order(person);
    const outcome = await terminal.pay(id, { card: 'issuer-silent' });
    expect(outcome).toMatchObject({ kind: 'reversed', reasonCode: 'RISK.ISSUER_UNAVAILABLE' });
    expect((await terminal.pay(id, { card: 'visa-no-pin' })).kind).toBe('settled');
  }, 60_000);

  it('an expired order', async () => {
    const { id } = shortLived;
    const expired = async () => ((await platform.merchant.getOrder(id)).status === 'expired' ? true : undefined);
    await eventually('the expiry', expired, 90_000);
    expect(await terminal.api.claim(id).catch(code)).toBe('ORDERS.EXPIRED');
  }, 120_000);
});
