import { describe, expect, it, jest } from '@jest/globals';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { anOrder, aTerminalState } from '../../test/a-terminal.js';
import { TerminalKeys, type TerminalState } from '../account/terminal-keys.js';
import type { Order } from '../gateway/order.js';
import { Problem } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { cardRead, type CardRead } from '../reader/card-read.js';
import { MemoryStore } from '../store/memory-store.js';
import { PaymentFlow } from './payment-flow.js';
import type { Submission } from './submission.js';

async function aFlow(more: { claimed?: Order; claim?: () => Promise<Order> } = {}) {
  const order = await anOrder();
  const claim = jest.fn(more.claim ?? (async () => more.claimed ?? order));
  const release = jest.fn(async () => order);
  const state = aTerminalState();
  const terminals = new MemoryStore<TerminalState>();
  await terminals.put(state.terminalId, state.accountName, state);
  let onCard: ((card: CardRead) => void) | undefined;
  const reader = {
    arm: jest.fn(async (_: unknown, listener: (card: CardRead) => void) => {
      onCard = listener;
    }),
    disarm: jest.fn(async () => undefined),
  };
  const followed: Submission[] = [];
  const flow = new PaymentFlow(order.id, {
    api: { order: async () => order, claim, release } as unknown as TerminalApi,
    keys: new TerminalKeys(terminals, state.terminalId),
    storage: new MemoryStore<Submission>(),
    accountId: 'acc_1',
    reader,
    follow: (submission) => followed.push(submission),
  });
  await flow.load();
  const swipe = (name: string): void => {
    const card = cardRead(testTrack2(testCard(name)), 'simulated');
    if (card) onCard?.(card);
  };
  return { flow, claim, release, reader, followed, swipe };
}

describe('PaymentFlow', () => {
  it('goes from confirmation over card, PIN and signature to one submission, however often one clicks', async () => {
    const { flow, claim, followed, swipe } = await aFlow();
    await Promise.all([flow.confirm(), flow.confirm()]);
    expect(claim).toHaveBeenCalledTimes(1);
    swipe('unionpay-pin');
    swipe('unionpay-pin');
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
    swipe('visa-no-pin');
    expect(flow.step.value.at).toBe('sign');
  });

  it('asks for the PIN of such a card too once the issuer wants it', async () => {
    const { flow, swipe } = await aFlow();
    await flow.again('RISK.PIN_REQUIRED');
    swipe('visa-no-pin');
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

  it('shows news of the order while it is looked at, and none while it is being paid here', async () => {
    const { flow } = await aFlow();
    const news = (more: Partial<Order>): Order => ({ ...(flow.order.value as Order), ...more });
    flow.take(news({ status: 'canceled', version: 0 }));
    expect(flow.order.value?.status).toBe('pending');
    await flow.confirm();
    flow.take(news({ status: 'canceled', version: 99 }));
    expect(flow.order.value?.status).toBe('pending');
    await flow.leave();
    flow.take(news({ status: 'canceled', version: 99 }));
    expect(flow.order.value?.status).toBe('canceled');
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
    swipe('visa-no-pin');
    expect(flow.step.value.at).toBe('review');
  });
});
