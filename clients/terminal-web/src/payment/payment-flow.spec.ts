import { describe, expect, it, jest } from '@jest/globals';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { DomainError, Sensitive } from '@openswipe/kernel';
import { anOrder, aTerminalState } from '../../test/a-terminal.js';
import { TerminalKeys, type TerminalState } from '../account/terminal-keys.js';
import type { Order } from '../gateway/order.js';
import { Problem } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { cardRead } from '../reader/card-read.js';
import type { ProtectedCardRead } from '../reader/hid/protected-card.js';
import type { PresentedCard } from '../reader/presented-card.js';
import type { ReaderPin } from '../reader/reader-pin.js';
import { MemoryStore } from '../store/memory-store.js';
import { PaymentFlow } from './payment-flow.js';
import type { Submission } from './submission.js';

interface More {
  readonly claimed?: Order;
  readonly claim?: () => Promise<Order>;
  /** What the platform says of the BIN. */
  readonly advice?: () => Promise<unknown>;
  /** What stands for the prompt of the device. */
  readonly assertion?: (digest: string, ksn: string) => Promise<string>;
  readonly hindrance?: 'TERMINAL.BIOMETRIC_UNREGISTERED';
  /** Of a reader with a PIN pad. */
  readonly requestPin?: (card: PresentedCard, signal: AbortSignal) => Promise<ReaderPin>;
}

/** A card that its reader encrypted; its mask shows the BIN. */
const PROTECTED: ProtectedCardRead = {
  entryMode: 'magstripe',
  readerKind: 'magtek',
  readerProtected: true,
  ...{ masked: '6225 •••• •••• 0001', bin: '6225', last4: '0001' },
  protectedTrack: {
    ...{ suite: 'mt1', form: 'magtek-track2', cipher: 'tdes', ksn: '9876543210e000000001' },
    ciphertext: new Sensitive('ab'.repeat(40)),
  },
};

async function aFlow(more: More = {}) {
  const order = await anOrder();
  const claim = jest.fn(more.claim ?? (async () => more.claimed ?? order));
  const release = jest.fn(async () => order);
  const state = aTerminalState();
  const terminals = new MemoryStore<TerminalState>();
  await terminals.put(state.terminalId, state.accountName, state);
  let onCard: ((card: PresentedCard) => void) | undefined;
  const reader = {
    arm: jest.fn(async (_: unknown, listener: (card: PresentedCard) => void) => {
      onCard = listener;
    }),
    disarm: jest.fn(async () => undefined),
    takesPin: more.requestPin !== undefined,
    requestPin: jest.fn(more.requestPin ?? (() => Promise.reject(new Error('nobody should ask')))),
  };
  const ask = jest.fn((..._: readonly unknown[]) => more.advice?.() ?? Promise.resolve({ checks: [] }));
  const assertion = jest.fn(more.assertion ?? (async () => '{}'));
  const keys = new TerminalKeys(terminals, state.terminalId);
  const followed: Submission[] = [];
  const flow = new PaymentFlow(order.id, {
    api: { order: async () => order, claim, release, ask } as unknown as TerminalApi,
    keys,
    biometric: { hindrance: async () => more.hindrance, assertion },
    storage: new MemoryStore<Submission>(),
    accountId: 'acc_1',
    reader,
    follow: (submission) => followed.push(submission),
  });
  await flow.load();
  const present = async (card: PresentedCard): Promise<void> => {
    onCard?.(card);
    while (flow.step.value.at === 'checking') await new Promise((resolve) => setImmediate(resolve));
  };
  const swipe = (name: string): Promise<void> => {
    const card = cardRead(testTrack2(testCard(name)), 'simulated');
    return card ? present(card) : Promise.resolve();
  };
  return { flow, claim, release, reader, followed, swipe, present, ask, assertion, keys };
}

describe('PaymentFlow', () => {
  it('goes from confirmation over card, PIN and signature to one submission, however often one clicks', async () => {
    const { flow, claim, followed, swipe } = await aFlow();
    await Promise.all([flow.confirm(), flow.confirm()]);
    expect(claim).toHaveBeenCalledTimes(1);
    await Promise.all([swipe('unionpay-pin'), swipe('unionpay-pin')]);
    expect(flow.step.value.at).toBe('pin');
    flow.enterPin('123456');
    const sign = () => flow.sign({ kind: 'typed', name: 'Lin' });
    await Promise.all([sign(), sign()]);
    expect(flow.step.value.at).toBe('submitted');
    expect(followed).toHaveLength(1);
  });

  it('asks no PIN where the card wants none', async () => {
    const { flow, swipe } = await aFlow();
    await flow.confirm();
    await swipe('visa-no-pin');
    expect(flow.step.value.at).toBe('sign');
  });

  it('asks for the PIN of such a card too once the issuer wants it', async () => {
    const { flow, swipe } = await aFlow();
    await flow.again('RISK.PIN_REQUIRED');
    await swipe('visa-no-pin');
    expect(flow.step.value.at).toBe('pin');
  });

  it('wakes no reader for an order that is not the one that was shown', async () => {
    const { flow, reader } = await aFlow({ claimed: await anOrder({ amountMinor: '99999' }) });
    await flow.confirm();
    expect(flow.step.value).toEqual({ at: 'review', code: 'TERMINAL.ORDER_CHANGED' });
    expect(reader.arm).not.toHaveBeenCalled();
  });

  it('waits for an order that still says it is being paid, a moment after the payment failed', async () => {
    const order = await anOrder();
    const behind = [new Problem(409, 'ORDERS.ALREADY_PAYING', 'yet'), new Problem(409, 'ORDERS.ALREADY_PAYING', 'yet')];
    const { flow, claim } = await aFlow({
      claim: async () => {
        const refusal = behind.pop();
        if (refusal) throw refusal;
        return order;
      },
    });
    await flow.confirm();
    expect(flow.step.value.at).toBe('swipe');
    expect(claim).toHaveBeenCalledTimes(3);
  });

  const news = (flow: PaymentFlow, more: Partial<Order>): Order => ({ ...(flow.order.value as Order), ...more });

  it('shows news of the order while it is looked at, and none once its card was read', async () => {
    const { flow, swipe } = await aFlow();
    flow.take(news(flow, { status: 'canceled', version: 0 }));
    expect(flow.order.value?.status).toBe('pending');
    await flow.confirm();
    await swipe('visa-no-pin');
    flow.take(news(flow, { status: 'canceled', version: 99 }));
    expect([flow.order.value?.status, flow.step.value.at]).toEqual(['pending', 'sign']);
    await flow.leave();
    flow.take(news(flow, { status: 'canceled', version: 99 }));
    expect(flow.order.value?.status).toBe('canceled');
  });

  it('lets the reader sleep once the order is not held any more, whoever ended that', async () => {
    const { flow, reader, swipe, keys } = await aFlow();
    const claim = { terminalId: keys.terminalId, expiresAt: '2027-01-01T00:00:00.000Z' };
    await flow.confirm();
    flow.take(news(flow, { status: 'claimed', claim, version: 98 }));
    expect([flow.step.value.at, reader.disarm.mock.calls.length]).toEqual(['swipe', 0]);
    flow.take(news(flow, { status: 'pending', version: 99 }));
    expect([flow.step.value, reader.disarm.mock.calls.length]).toEqual([
      { at: 'review', code: 'ORDERS.NOT_CLAIMED' },
      1,
    ]);
    await swipe('visa-no-pin');
    expect(flow.step.value.at).toBe('review');
    await flow.confirm();
    flow.take(news(flow, { status: 'canceled', version: 100 }));
    expect([flow.step.value, flow.order.value?.status]).toEqual([{ at: 'review' }, 'canceled']);
  });

  it('says who has the order when the claim is refused', async () => {
    const refusal = new Problem(409, 'ORDERS.CLAIMED_BY_OTHER_TERMINAL', 'no');
    const { flow } = await aFlow({ claim: () => Promise.reject(refusal) });
    await flow.confirm();
    expect(flow.step.value).toEqual({ at: 'review', code: 'ORDERS.CLAIMED_BY_OTHER_TERMINAL' });
  });

  it('lets reader and order go when the person leaves', async () => {
    const { flow, reader, release, swipe } = await aFlow();
    await flow.confirm();
    await flow.leave();
    expect(reader.disarm).toHaveBeenCalled();
    expect(release).toHaveBeenCalled();
    await swipe('visa-no-pin');
    expect(flow.step.value.at).toBe('review');
  });
});

describe('the security checks of PaymentFlow', () => {
  const sign = { kind: 'typed', name: 'Lin' } as const;

  it('asks for what the issuer’s table wants besides the card', async () => {
    const { flow, swipe, ask } = await aFlow({ advice: async () => ({ checks: ['pin', 'biometric'] }) });
    await flow.confirm();
    await swipe('visa-no-pin');
    expect(ask.mock.calls[0]).toEqual(['GET', '/v1/terminal/security-checks?bin=41111111', expect.anything()]);
    expect(flow.step.value.at).toBe('pin');
    flow.enterPin('1234');
    expect(flow.step.value.at).toBe('biometric');
  });

  it('goes by the card alone where the platform does not answer', async () => {
    const { flow, swipe } = await aFlow({ advice: () => Promise.reject(new Problem(503, 'GATEWAY.UNAVAILABLE', '')) });
    await flow.confirm();
    await swipe('unionpay-pin');
    expect(flow.step.value.at).toBe('pin');
  });

  it('seals with the key whose KSN the biometric challenge holds, though others were taken meanwhile', async () => {
    const { flow, swipe, assertion, keys, followed } = await aFlow({ advice: async () => ({ checks: ['biometric'] }) });
    await flow.confirm();
    await swipe('visa-no-pin');
    await Promise.all([flow.checkBiometric(), flow.checkBiometric()]);
    await keys.next();
    await flow.sign(sign);
    expect(assertion).toHaveBeenCalledTimes(1);
    expect(followed[0]?.body.ksn).toBe(assertion.mock.calls[0]?.[1]);
    expect(flow.order.value?.digest).toBe(assertion.mock.calls[0]?.[0]);
  });

  it('lets the person try again after a prompt that was given up, with a fresh KSN', async () => {
    const answers = [Promise.resolve('{}'), Promise.reject(new DomainError('TERMINAL.BIOMETRIC_CANCELED', 'no'))];
    answers[1]?.catch(() => undefined);
    const { flow, swipe, assertion } = await aFlow({
      advice: async () => ({ checks: ['biometric'] }),
      assertion: () => answers.pop() ?? Promise.resolve(''),
    });
    await flow.confirm();
    await swipe('visa-no-pin');
    await flow.checkBiometric();
    expect(flow.step.value).toMatchObject({ at: 'biometric', code: 'TERMINAL.BIOMETRIC_CANCELED' });
    await flow.checkBiometric();
    expect(flow.step.value.at).toBe('sign');
    expect(new Set(assertion.mock.calls.map(([, ksn]) => ksn)).size).toBe(2);
  });

  it('asks for a biometric check once the issuer has wanted it, and says when none is registered here', async () => {
    const { flow, swipe, release } = await aFlow({ hindrance: 'TERMINAL.BIOMETRIC_UNREGISTERED' });
    await flow.again('RISK.BIOMETRIC_REQUIRED');
    await swipe('visa-no-pin');
    await new Promise((resolve) => setImmediate(resolve));
    expect(flow.step.value).toMatchObject({ at: 'biometric', code: 'TERMINAL.BIOMETRIC_UNREGISTERED' });
    await flow.leave();
    expect(flow.step.value.at).toBe('review');
    expect(release).toHaveBeenCalled();
  });

  it('takes a card that its reader encrypted to the signature, and shows what the mask shows', async () => {
    const { flow, present, followed, ask } = await aFlow();
    await flow.confirm();
    await present(PROTECTED);
    expect(ask.mock.calls[0]?.[1]).toBe('/v1/terminal/security-checks?bin=6225');
    expect(flow.step.value.at).toBe('sign');
    await flow.sign(sign);
    expect(followed[0]?.card).toEqual({
      ...{ masked: '6225 •••• •••• 0001', bin: '6225', last4: '0001' },
      ...{ entryMode: 'magstripe', readerKind: 'magtek', readerProtected: true },
    });
  });

  it('says that no PIN can be entered for a card that its reader encrypted', async () => {
    const { flow, present, followed } = await aFlow();
    await flow.again('RISK.PIN_REQUIRED');
    await present(PROTECTED);
    expect(flow.step.value).toEqual({ at: 'review', code: 'TERMINAL.PIN_IMPOSSIBLE' });
    expect(followed).toEqual([]);
  });

  const PIN: ReaderPin = { pinBlock: new Sensitive('ab'.repeat(8)), pinKsn: '9876543210e000000001' };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('has the PIN entered on the reader where that has a pad, for a card that it encrypted too', async () => {
    const { flow, present, reader, followed } = await aFlow({ requestPin: async () => PIN });
    await flow.again('RISK.PIN_REQUIRED');
    await present(PROTECTED);
    await settled();
    expect(reader.requestPin.mock.calls[0]?.[0]).toBe(PROTECTED);
    expect(flow.step.value.at).toBe('sign');
    await flow.sign(sign);
    expect(followed).toHaveLength(1);
  });

  it('asks nobody where the reader took the PIN with the card', async () => {
    const { flow, present, reader } = await aFlow({ requestPin: async () => PIN });
    await flow.again('RISK.PIN_REQUIRED');
    await present({ ...PROTECTED, readerPin: PIN });
    expect(flow.step.value.at).toBe('sign');
    expect(reader.requestPin).not.toHaveBeenCalled();
  });

  it('offers another try on the reader, or the page for a card in clear, after the PIN was not entered', async () => {
    let tries = 0;
    const requestPin = async (): Promise<ReaderPin> => {
      tries += 1;
      if (tries < 3) throw new DomainError('READER.PIN_CANCELED', 'canceled');
      return PIN;
    };
    const { flow, swipe } = await aFlow({ requestPin });
    await flow.confirm();
    await swipe('unionpay-pin');
    await settled();
    expect(flow.step.value).toMatchObject({ at: 'reader-pin-again', code: 'READER.PIN_CANCELED' });
    flow.enterPinOnReader();
    await settled();
    expect(flow.step.value).toMatchObject({ at: 'reader-pin-again' });
    flow.enterPinOnPage();
    expect(flow.step.value.at).toBe('pin');
  });

  it('never offers the page for a card that the reader encrypted', async () => {
    const requestPin = () => Promise.reject(new DomainError('READER.PIN_TIMEOUT', 'late'));
    const { flow, present } = await aFlow({ requestPin });
    await flow.again('RISK.PIN_REQUIRED');
    await present(PROTECTED);
    await settled();
    flow.enterPinOnPage();
    expect(flow.step.value).toMatchObject({ at: 'reader-pin-again', code: 'READER.PIN_TIMEOUT' });
  });

  it.each([
    ['a card in clear on the page', 'unionpay-pin', { at: 'pin' }],
    ['no PIN of an encrypted card', undefined, { at: 'review', code: 'TERMINAL.PIN_IMPOSSIBLE' }],
  ])('takes, from a model of the family without a pad, %s', async (_, name, expected) => {
    const requestPin = () => Promise.reject(new DomainError('READER.PIN_PAD_MISSING', 'none'));
    const { flow, present, swipe } = await aFlow({ requestPin });
    await flow.again('RISK.PIN_REQUIRED');
    await (name === undefined ? present(PROTECTED) : swipe(name));
    await settled();
    expect(flow.step.value).toMatchObject(expected);
  });

  it('lets the reader stop asking when the payment is left', async () => {
    let asked: AbortSignal | undefined;
    const requestPin = (_: PresentedCard, signal: AbortSignal): Promise<ReaderPin> => {
      asked = signal;
      return new Promise(() => undefined);
    };
    const { flow, swipe } = await aFlow({ requestPin });
    await flow.confirm();
    await swipe('unionpay-pin');
    expect(flow.step.value.at).toBe('reader-pin');
    await flow.leave();
    expect(asked?.aborted).toBe(true);
    expect(flow.step.value.at).toBe('review');
  });
});
