import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Pcsc, type PcscCard, type PcscEvent } from './pcsc.js';
import { PcscCardSlot, type PcscCardSlotOptions } from './pcsc-card-slot.js';

const PRESENT = 0x20;

/** A PC/SC service of two readers, whose card and failures a test scripts. */
function aService() {
  let onEvent: (event: PcscEvent) => void = () => undefined;
  const service = {
    isThere: true,
    log: [] as string[],
    connect: (): Promise<PcscCard> => Promise.resolve(service.card),
    card: {
      protocol: 1,
      transmit: (command: Buffer) => {
        service.log.push(command.toString('hex'));
        return Promise.resolve(Buffer.from('9000', 'hex'));
      },
      disconnect: (disposition: number) => void service.log.push(`disconnect ${disposition}`),
    } as PcscCard,
    tell: (type: PcscEvent['type'], reader = 'Reader A', state = 0) => onEvent({ type, reader, state }),
  };
  class Context {
    constructor() {
      if (!service.isThere) throw new Error('PC/SC service not running');
    }
    listReaders() {
      return ['Reader A', 'Reader B'].map((name) => ({ name, connect: () => service.connect() }));
    }
    close() {}
  }
  class ReaderMonitor {
    start(listener: typeof onEvent) {
      onEvent = listener;
    }
    stop() {}
  }
  const constants = { SCARD_SHARE_EXCLUSIVE: 1, SCARD_PROTOCOL_T0: 1, SCARD_PROTOCOL_T1: 2, SCARD_RESET_CARD: 1 };
  return { service, pcsc: { Context, ReaderMonitor, ...constants, SCARD_STATE_PRESENT: PRESENT } as Pcsc };
}

function aSlot(options: PcscCardSlotOptions = {}) {
  const { service, pcsc } = aService();
  const slot = new PcscCardSlot(pcsc, { cardLimitMs: 50, retryMs: 100, ...options });
  const states: string[] = [];
  slot.on(({ reader, card }) => states.push(`${reader} ${card}`));
  slot.start();
  return { service, slot, states };
}

const command = Uint8Array.from(Buffer.from('00a4040008a00000033301010100', 'hex'));

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('PcscCardSlot', () => {
  it('follows readers and cards, and uses the first reader that is wanted', () => {
    const { service, states } = aSlot({ reader: 'B' });
    service.tell('reader-attached', 'Reader A', PRESENT);
    service.tell('reader-attached', 'Reader B');
    service.tell('card-inserted', 'Reader B', PRESENT);
    service.tell('card-inserted', 'Reader B', PRESENT);
    service.tell('card-removed', 'Reader B');
    service.tell('reader-detached', 'Reader B');
    expect(states).toEqual(['Reader B false', 'Reader B true', 'Reader B false', 'null false']);
  });

  it('leaves the expected length out for T=0, and resets the card afterwards', async () => {
    const { service, slot } = aSlot();
    service.tell('reader-attached', 'Reader A', PRESENT);
    const card = await slot.open();
    await card.transmit(command);
    await card.transmit(Uint8Array.of(0x00, 0xb2, 0x01, 0x0c, 0x00));
    card.release();
    expect(service.log).toEqual(['00a4040008a000000333010101', '00b2010c00', 'disconnect 1']);
  });

  it('sends the whole command for T=1', async () => {
    const { service, slot } = aSlot();
    service.card = { ...service.card, protocol: 2 };
    service.tell('reader-attached', 'Reader A', PRESENT);
    await (await slot.open()).transmit(command);
    expect(service.log).toEqual(['00a4040008a00000033301010100']);
  });

  it('opens no card where there is none', async () => {
    const { slot } = aSlot();
    await expect(slot.open()).rejects.toMatchObject({ code: 'BRIDGE.NO_CARD' });
  });

  it.each([
    ['Sharing violation', 'BRIDGE.CARD_BUSY'],
    ['Card was removed', 'BRIDGE.CARD_REMOVED'],
    ['No smart card present', 'BRIDGE.CARD_REMOVED'],
    ['Card is unresponsive', 'BRIDGE.CARD_SILENT'],
  ])('says of "%s": %s', async (text, code) => {
    const { service, slot } = aSlot();
    service.tell('reader-attached', 'Reader A', PRESENT);
    const card = await slot.open();
    service.card.transmit = () => Promise.reject(new Error(text));
    await expect(card.transmit(command)).rejects.toMatchObject({ code });
    service.connect = () => Promise.reject(new Error(text));
    await expect(slot.open()).rejects.toMatchObject({ code });
  });

  it('takes an answer without a status word for a card that is gone', async () => {
    const { service, slot } = aSlot();
    service.tell('reader-attached', 'Reader A', PRESENT);
    service.card.transmit = () => Promise.resolve(Buffer.alloc(0));
    await expect((await slot.open()).transmit(command)).rejects.toMatchObject({ code: 'BRIDGE.CARD_REMOVED' });
  });

  it('gives up a card that stays silent, and lets go of it when it wakes up late', async () => {
    const { service, slot } = aSlot();
    service.tell('reader-attached', 'Reader A', PRESENT);
    let wake: (card: PcscCard) => void = () => undefined;
    service.connect = () => new Promise((resolve) => (wake = resolve));
    const opening = expect(slot.open()).rejects.toMatchObject({ code: 'BRIDGE.CARD_SILENT' });
    await jest.advanceTimersByTimeAsync(50);
    await opening;
    wake(service.card);
    await jest.advanceTimersByTimeAsync(0);
    expect(service.log).toEqual(['disconnect 1']);
  });

  it('tells when the service stops, and comes back with it', async () => {
    const services: boolean[] = [];
    const { service, slot, states } = aSlot({ onService: (isThere) => services.push(isThere) });
    service.tell('reader-attached', 'Reader A', PRESENT);
    service.isThere = false;
    service.tell('error', 'PC/SC service stopped');
    await jest.advanceTimersByTimeAsync(1_000);
    service.isThere = true;
    await jest.advanceTimersByTimeAsync(100);
    service.tell('reader-attached', 'Reader A');
    expect(services).toEqual([true, false, true]);
    expect(states).toEqual(['Reader A true', 'null false', 'Reader A false']);
    slot.stop();
  });
});
