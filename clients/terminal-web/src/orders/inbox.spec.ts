import { describe, expect, it } from '@jest/globals';
import { TransientFault } from '@openswipe/kernel';
import { anOrder } from '../../test/a-terminal.js';
import type { StreamEvent } from '../gateway/event-stream.js';
import type { Order } from '../gateway/order.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { Inbox } from './inbox.js';

type Stream = (StreamEvent | Error)[];

/** Each connection gets the next stream; the last one stays open. */
function scripted(streams: Stream[], lists: Order[][]) {
  const connectedFrom: (string | undefined)[] = [];
  const api = {
    async *events(stop: AbortSignal, lastEventId?: string) {
      connectedFrom.push(lastEventId);
      for (const event of streams.shift() ?? []) {
        if (event instanceof Error) throw event;
        yield event;
      }
      await new Promise((resolve) => stop.addEventListener('abort', resolve));
    },
    orders: async () => ({ pending: (lists.length > 1 ? lists.shift() : lists[0]) ?? [], toCollect: [] }),
  } as unknown as TerminalApi;
  return { inbox: new Inbox(api), connectedFrom };
}

const hello: StreamEvent = { event: 'hello', data: { sequence: 0 }, id: undefined };
const pushed = (order: Order, id: string): StreamEvent => ({ event: 'order', data: { order }, id });

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the condition never came true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('Inbox', () => {
  it('shows what is pushed and announces what is new', async () => {
    const order = await anOrder();
    const { inbox } = scripted([[hello, pushed(order, '1')]], [[]]);
    inbox.start();
    await until(() => inbox.pending.value.length === 1);
    expect(inbox.connection.value).toBe('live');
    expect(inbox.arrived.value?.id).toBe(order.id);
    inbox.stop();
    expect(inbox.pending.value).toEqual([]);
  });

  it('continues after a break from the last event, and the list is the truth', async () => {
    const missed = await anOrder({ id: 'ord_missed' });
    const stale = await anOrder({ id: 'ord_stale' });
    const broken: Stream = [hello, pushed(stale, '7'), new TransientFault('cable')];
    const { inbox, connectedFrom } = scripted([broken, [hello]], [[], [missed]]);
    inbox.start();
    await until(() => inbox.pending.value.some(({ id }) => id === 'ord_missed'));
    expect(inbox.pending.value.map(({ id }) => id)).toEqual(['ord_missed']);
    expect(connectedFrom).toEqual([undefined, '7']);
    inbox.stop();
  });

  it('does not let old news undo new ones, and drops what is over', async () => {
    const order = await anOrder({ version: 5, status: 'claimed' });
    const { inbox } = scripted([], []);
    inbox.take(order);
    inbox.take({ ...order, version: 4, status: 'pending' });
    expect(inbox.order(order.id)?.status).toBe('claimed');
    inbox.take({ ...order, version: 6, status: 'paid' });
    expect(inbox.pending.value).toEqual([]);
  });

  it('passes hints about transactions on', async () => {
    const { inbox } = scripted([[hello, { event: 'transaction', data: { id: 'txn_1' }, id: '2' }]], [[]]);
    const heard: string[] = [];
    inbox.hints((id) => heard.push(id));
    inbox.start();
    await until(() => heard.length === 1);
    inbox.stop();
  });
});
