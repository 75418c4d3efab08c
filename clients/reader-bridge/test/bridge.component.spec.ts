import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyCryptogram } from '@openswipe/card/emv/issuer';
import { TEST_ISSUER_KEY } from '@openswipe/card/emv/test-chip';
import { readChip } from '@openswipe/card/emv';
import { testTrack2, testCard } from '@openswipe/card/test-cards';
import { BridgeServer, LIMITS } from '../src/bridge-server.js';
import { Pairing } from '../src/pairing.js';
import { APage } from './a-page.js';
import { ChipSlot } from './chip-slot.js';

const ORIGIN = 'https://pay.test';
const PAYMENT = {
  ...{ amountMinor: '12850', currency: 'CNY', country: '156', date: '261125', time: '093000' },
  unpredictableNumber: Uint8Array.of(1, 2, 3, 4),
};
const SELECT = '00a4040008a00000033301010100';

let slot: ChipSlot;
let server: BridgeServer;
let codes: string[];
let port: number;
let pages: APage[];

async function start(limits = LIMITS): Promise<void> {
  slot = new ChipSlot();
  codes = [];
  pages = [];
  const pairing = new Pairing(
    () => performance.now(),
    (code) => codes.push(code),
  );
  server = new BridgeServer(slot, pairing, new Set([ORIGIN]), limits);
  port = await server.listen(0);
}

async function aPage(options?: Parameters<typeof APage.open>[1]): Promise<APage> {
  const page = await APage.open(port, options);
  pages.push(page);
  return page;
}

async function aPairedPage(): Promise<APage> {
  const page = await aPage();
  expect(await page.pair({ code: codes.at(-1) })).toMatchObject({ type: 'paired' });
  return page;
}

const cardOf = (page: APage) => ({
  transmit: async (command: Uint8Array) =>
    Uint8Array.from(Buffer.from(await page.transmit(Buffer.from(command).toString('hex')), 'hex')),
});

beforeEach(() => start());
afterEach(async () => {
  for (const { socket } of pages) socket.terminate();
  await server.close();
});

describe('a page of an allowed origin', () => {
  it('pairs, reads a chip and gets a cryptogram that the issuer accepts', async () => {
    slot.insert();
    const page = await aPairedPage();
    expect(await page.ask({ type: 'open' })).toMatchObject({ type: 'done' });
    const chip = await readChip(cardOf(page), PAYMENT);
    const card = testCard('unionpay-pin');
    expect(chip.track2.raw.reveal('compare')).toBe(testTrack2(card));
    expect(verifyCryptogram(TEST_ISSUER_KEY, chip.track2.pan, chip.field55.reveal('verify'))).toBe(true);
    expect(await page.ask({ type: 'release' })).toMatchObject({ type: 'done' });
    expect(slot.log).toEqual(['open', 'release']);
  });

  it('hears of readers and cards that come and go', async () => {
    const page = await aPage();
    expect(await page.pair({ code: codes[0] })).toMatchObject({ reader: 'Test slot', card: false });
    slot.insert();
    expect(await page.next(({ type }) => type === 'state')).toMatchObject({ card: true });
    slot.unplug();
    expect(await page.next(({ type }) => type === 'state')).toMatchObject({ reader: null, card: false });
  });

  it('comes back with its token after a reload, without a code', async () => {
    const page = await aPage();
    const { token } = await page.pair({ code: codes[0] });
    page.socket.close();
    await page.closing();
    expect(await (await aPage()).pair({ token })).toMatchObject({ type: 'paired', token });
  });

  it('is told when the card is taken out in the middle', async () => {
    slot.insert();
    const page = await aPairedPage();
    await page.ask({ type: 'open' });
    await page.transmit(SELECT);
    slot.remove();
    expect(await page.transmit('00b2010c00')).toBe('BRIDGE.CARD_REMOVED');
    expect(slot.log).toEqual(['open', 'release']);
  });

  it('gets one cryptogram of each insertion, also after a reload', async () => {
    slot.insert();
    const page = await aPage();
    const { token } = await page.pair({ code: codes[0] });
    await page.ask({ type: 'open' });
    await readChip(cardOf(page), PAYMENT);
    expect(await page.transmit(`80ae80001d${'00'.repeat(30)}`)).toBe('BRIDGE.CARD_SPENT');
    expect(await page.ask({ type: 'open' })).toMatchObject({ code: 'BRIDGE.CARD_SPENT' });
    page.socket.close();
    await page.closing();
    const again = await aPage();
    await again.pair({ token });
    expect(await again.ask({ type: 'open' })).toMatchObject({ code: 'BRIDGE.CARD_SPENT' });
    slot.remove();
    slot.insert();
    expect(await again.ask({ type: 'open' })).toMatchObject({ type: 'done' });
    expect(slot.chip?.counter).toBe(0);
  });

  it('has the card released when it goes away', async () => {
    slot.insert();
    const page = await aPairedPage();
    await page.ask({ type: 'open' });
    page.socket.terminate();
    const other = await aPage();
    await expect(
      (async () => {
        while (slot.log.length < 2) await new Promise(setImmediate);
        return (await other.pair({ code: codes.at(-1) }))['type'];
      })(),
    ).resolves.toBe('paired');
  });
});

describe('a hostile page', () => {
  it.each([
    ['of another origin', { origin: 'https://evil.test' }, 403],
    ['of a longer origin', { origin: `${ORIGIN}.evil.test` }, 403],
    ['of the same host without TLS', { origin: 'http://pay.test' }, 403],
    ['of a sandbox', { origin: 'null' }, 403],
    ['without an origin', { origin: '' }, 403],
    ['whose name was made to point here', { host: 'evil.test' }, 403],
    ['that speaks another protocol', { protocol: 'mqtt' }, 400],
    ['that asks for another path', { path: '/card' }, 400],
  ])('%s is refused before it can speak', async (_, options, status) => {
    expect((await aPage(options)).httpStatus).toBe(status);
  });

  it('gets no answer to plain HTTP', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect([response.status, await response.text()]).toEqual([404, '']);
  });

  it('cannot guess the code', async () => {
    const wrong = codes[0] === '00000000' ? '00000001' : '00000000';
    for (const code of ['WRONG', 'WRONG', 'WRONG', 'WRONG', 'LOCKED']) {
      const page = await aPage();
      expect(await page.pair({ code: wrong })).toEqual({ type: 'refused', code: `BRIDGE.CODE_${code}` });
      expect(await page.closing()).toBe(1008);
    }
    const page = await aPage();
    expect(await page.pair({ code: codes.at(-1) })).toEqual({ type: 'refused', code: 'BRIDGE.CODE_LOCKED' });
  });

  it('cannot use the card before it has paired', async () => {
    slot.insert();
    const page = await aPage();
    page.send({ type: 'open', id: 1 });
    expect(await page.next(() => true)).toEqual({ type: 'refused', code: 'BRIDGE.NOT_PAIRED' });
    await page.closing();
    expect(slot.log).toEqual([]);
  });

  it('cannot send the card what is no EMV payment command', async () => {
    slot.insert();
    const page = await aPairedPage();
    await page.ask({ type: 'open' });
    for (const command of ['0020008008241234ffffffffff', '0088000004deadbeef00', '00a40000023f0000']) {
      expect(await page.transmit(command)).toBe('BRIDGE.COMMAND_REFUSED');
    }
    expect(slot.commands).toEqual([]);
  });

  it('cannot send one command on top of the other', async () => {
    slot.insert();
    const page = await aPairedPage();
    await page.ask({ type: 'open' });
    page.send({ type: 'transmit', id: 1_001, command: SELECT });
    page.send({ type: 'transmit', id: 1_002, command: SELECT });
    expect(await page.next(({ id }) => id === 1_002)).toMatchObject({ code: 'BRIDGE.OUT_OF_TURN' });
    expect(await page.next(({ id }) => id === 1_001)).toMatchObject({ type: 'answer' });
    expect(slot.commands).toHaveLength(1);
  });

  it.each([
    ['no JSON', 'garbage'],
    ['binary garbage', Buffer.from([0, 255, 1, 254])],
    ['a message of another protocol', '{"jsonrpc":"2.0"}'],
  ])('is thrown out for %s', async (_, message) => {
    const page = await aPairedPage();
    page.send(message);
    expect(await page.next(() => true)).toEqual({ type: 'refused', code: 'BRIDGE.MESSAGE_INVALID' });
    expect(await page.closing()).toBe(1008);
  });

  it('is thrown out for an oversized message, also in pieces', async () => {
    const whole = await aPage();
    whole.send('x'.repeat(1_025));
    expect(await whole.closing()).toBe(1009);
    const pieces = await aPage();
    for (let sent = 0; sent < 20 && pieces.closed === undefined; sent++) {
      pieces.socket.send('x'.repeat(100), { fin: false });
    }
    expect(await pieces.closing()).toBe(1009);
  });

  it('is thrown out for frames that are no WebSocket frames', async () => {
    const page = await aPage();
    const raw = (page.socket as unknown as { _socket: { write(data: Buffer): void } })._socket;
    raw.write(Buffer.from('ffffffffffffffffffffffff', 'hex'));
    expect(await page.closing()).not.toBe(1000);
    await aPairedPage();
  });

  it('is thrown out for flooding, and the next page finds the bridge as it was', async () => {
    slot.insert();
    const page = await aPairedPage();
    for (let id = 0; id < 500; id++) page.send({ type: 'release', id });
    await page.closing();
    expect(page.received.filter(({ type }) => type === 'done').length).toBeLessThan(100);
    const next = await aPairedPage();
    expect(await next.ask({ type: 'open' })).toMatchObject({ type: 'done' });
  });

  it('cannot take the place of the page that is paired', async () => {
    const first = await aPairedPage();
    const second = await aPage();
    expect(await second.pair({ code: codes.at(-1) })).toEqual({ type: 'refused', code: 'BRIDGE.BUSY' });
    expect(first.closed).toBeUndefined();
    expect(await first.ask({ type: 'release' })).toMatchObject({ type: 'done' });
  });

  it('cannot fill the bridge with connections', async () => {
    for (let opened = 0; opened < 4; opened++) expect((await aPage()).httpStatus).toBeUndefined();
    expect((await aPage()).httpStatus).toBe(429);
  });

  it('cannot come back again and again without end', async () => {
    const statuses = new Set<number | undefined>();
    for (let opened = 0; opened < 40; opened++) {
      const page = await aPage();
      statuses.add(page.httpStatus);
      page.socket.terminate();
      await page.closing();
    }
    expect(statuses).toContain(429);
  });
});

describe('a page that does nothing', () => {
  it('is thrown out when it does not pair', async () => {
    await server.close();
    await start({ ...LIMITS, pairMs: 50 });
    const page = await aPage();
    expect(await page.next(() => true)).toEqual({ type: 'refused', code: 'BRIDGE.NOT_PAIRED' });
  });

  it('is thrown out when it asks for nothing', async () => {
    await server.close();
    await start({ ...LIMITS, idleMs: 50 });
    const page = await aPairedPage();
    expect(await page.next(() => true)).toEqual({ type: 'refused', code: 'BRIDGE.IDLE' });
  });

  it('loses its place when it does not even answer a ping', async () => {
    await server.close();
    await start({ ...LIMITS, heartbeatMs: 30 });
    const page = await aPairedPage();
    page.socket.pause();
    for (;;) {
      const next = await aPage();
      const reply = await next.pair({ code: codes.at(-1) });
      if (reply['type'] === 'paired') break;
      expect(reply['code']).toBe('BRIDGE.BUSY');
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  });

  it('does not keep the bridge from ending, nor does half a handshake', async () => {
    const half = connect(port, '127.0.0.1');
    half.on('error', () => undefined);
    half.write('GET / HTTP/1.1\r\nHost: ');
    await aPairedPage();
    await server.close();
    half.destroy();
  });
});
