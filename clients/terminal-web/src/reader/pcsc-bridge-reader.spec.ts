import { describe, expect, it } from '@jest/globals';
import { Pan } from '@openswipe/card';
import { isForFee, parseField55 } from '@openswipe/card/emv';
import { verifyCryptogram } from '@openswipe/card/emv/issuer';
import type { TestChip } from '@openswipe/card/emv/test-chip';
import { TEST_ISSUER_KEY, type TestChipOptions } from '@openswipe/card/emv/test-chip';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { FakeBridge, TOKEN } from './fake-bridge.js';
import type { ChipCardRead } from './chip-card-read.js';
import { indicationSignal } from './indication-signal.js';
import { PcscBridgeReader } from './pcsc-bridge-reader.js';
import { ManualClock } from './reader-clock.js';

const FEE = { amountMinor: '12850', currency: 'CNY' };
const SIGNAL = indicationSignal('ab'.repeat(32), FEE);
const OTHER_SIGNAL = indicationSignal('cd'.repeat(32), { amountMinor: '990', currency: 'CNY' });
const CARD = testCard('unionpay-pin');

function aReader({ code = '12345678' }: { code?: string | undefined } = {}) {
  const bridge = new FakeBridge();
  const clock = new ManualClock();
  const kept: (string | undefined)[] = [];
  const reader = new PcscBridgeReader({
    clock,
    openSocket: bridge.openSocket,
    pairing: { token: () => kept.at(-1), keep: (token) => void kept.push(token) },
    now: () => new Date(2026, 10, 5, 9, 3, 7),
    randomBytes: (length) => new Uint8Array(length).fill(0x5a),
  });
  if (code !== '') reader.usePairingCode(code);
  const log: string[] = [];
  const cards: ChipCardRead[] = [];
  reader.on('chipCard', (card) => {
    cards.push(card);
    log.push(`card ${card.masked}`);
  });
  reader.on('card', () => log.push('a stripe'));
  reader.on('fault', ({ code: fault }) => log.push(fault));
  reader.on('cue', ({ kind }) => log.push(kind));
  /** Until nothing happens any more; a payment is some hundred promises. */
  const settle = async () => {
    for (let turn = 0; turn < 50; turn++) await clock.advance(0);
  };
  return { bridge, clock, reader, log, cards, kept, settle };
}

async function anArmedReader(options: TestChipOptions | undefined = undefined) {
  const all = aReader();
  await all.reader.connect();
  await all.reader.arm(SIGNAL);
  if (options !== undefined) all.bridge.insert('unionpay-pin', options);
  await all.settle();
  return all;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error as { code: string }).code,
  );

describe('PcscBridgeReader', () => {
  it('reads the card that comes in once it is armed, for the amount of the signal', async () => {
    const { cards, log, reader: armed } = await anArmedReader({});
    expect(log).toEqual(['ready', 'reading', 'read', 'card 6225 88•• •••• 0001']);
    expect(armed.state).toBe('ready');
    const [card] = cards;
    expect(card).toMatchObject({ entryMode: 'contact', readerKind: 'smart-card', readerProtected: false });
    expect(card?.track2.reveal('compare')).toBe(testTrack2(CARD));
    const field55 = card!.chip.field55.reveal('verify');
    expect(verifyCryptogram(TEST_ISSUER_KEY, Pan.parse(CARD.pan), field55)).toBe(true);
    expect(isForFee(parseField55(field55), FEE)).toBe(true);
    expect(Buffer.from(parseField55(field55).get('9a')!).toString('hex')).toBe('261105');
    expect(card?.chip.cryptogram.unpredictableNumber).toBe('5a5a5a5a');
    expect(JSON.stringify(cards)).not.toContain(CARD.pan.slice(6, 12) + CARD.pan.slice(12));
  });

  it('reads a card that was in before, but only from the signal on', async () => {
    const { bridge, reader: connected, log, settle } = aReader();
    bridge.insert();
    await connected.connect();
    await settle();
    expect([bridge.log, log]).toEqual([['pair 12345678'], []]);
    await connected.arm(SIGNAL);
    await settle();
    expect(log.at(-1)).toBe('card 6225 88•• •••• 0001');
  });

  it('serves one card with one signal', async () => {
    const { bridge, log, settle } = await anArmedReader({});
    bridge.remove();
    bridge.insert();
    await settle();
    expect(log.filter((entry) => entry.startsWith('card'))).toHaveLength(1);
  });

  it('tells a card that is taken out early, stays armed and reads it the next time', async () => {
    const { bridge, log, settle, reader: armed } = await anArmedReader();
    bridge.beforeCommand = (count) => count === 4 && bridge.remove();
    bridge.insert();
    await settle();
    expect(log).toEqual(['ready', 'reading', 'READER.CARD_REMOVED', 'error']);
    expect(armed.state).toBe('armed');
    bridge.insert();
    await settle();
    expect(log.at(-1)).toBe('card 6225 88•• •••• 0001');
  });

  it('tells a decline of the card once, however long the card stays in', async () => {
    const { bridge, log, clock } = await anArmedReader({ declines: true });
    await clock.advance(10_000);
    expect(log).toEqual(['ready', 'reading', 'READER.CHIP_DECLINED', 'error']);
    expect(bridge.log.filter((entry) => entry === 'open')).toHaveLength(1);
  });

  it.each([
    ['6a81', 'READER.CHIP_UNSUPPORTED'],
    ['6a82', 'READER.CHIP_UNSUPPORTED'],
    ['9000', 'READER.CHIP_UNREADABLE'],
    ['', 'READER.CHIP_UNREADABLE'],
  ])('tells a card that answers "%s" to everything: %s', async (answer, code) => {
    const { bridge, log, settle } = await anArmedReader();
    bridge.insert();
    bridge.chip = { answer: () => Uint8Array.from(Buffer.from(answer, 'hex')) } as unknown as TestChip;
    await settle();
    expect(log).toEqual(['ready', 'reading', code, 'error']);
  });

  it('drops a payment under way when it is disarmed, before the card makes a cryptogram', async () => {
    const { bridge, log, settle, reader: armed } = await anArmedReader();
    let chip: TestChip | undefined;
    bridge.beforeCommand = (count) => {
      chip = bridge.chip;
      if (count === 4) void armed.disarm();
    };
    bridge.insert();
    await settle();
    expect(log).toEqual(['ready', 'reading']);
    expect([armed.state, bridge.log.at(-1), chip?.counter]).toEqual(['ready', 'release', 0]);
  });

  it('starts again for another signal, with its amount', async () => {
    const { bridge, cards, settle, reader: armed } = await anArmedReader();
    bridge.beforeCommand = (count) => count === 3 && void armed.arm(OTHER_SIGNAL);
    bridge.insert();
    await settle();
    expect(cards).toHaveLength(1);
    expect(isForFee(parseField55(cards[0]!.chip.field55.reveal('it')), { amountMinor: '990', currency: 'CNY' })).toBe(
      true,
    );
  });

  it('tells that the reader was unplugged in the middle, and is armed again when it is back', async () => {
    const { bridge, log, settle, reader: armed } = await anArmedReader();
    bridge.beforeCommand = (count) => count === 4 && bridge.unplug();
    bridge.insert();
    await settle();
    expect(log).toEqual(['ready', 'reading', 'READER.UNPLUGGED', 'error']);
    expect(armed.state).toBe('faulted');
    bridge.replug();
    bridge.insert();
    await settle();
    expect(log.slice(4)).toEqual(['ready', 'reading', 'read', 'card 6225 88•• •••• 0001']);
  });

  it('finds the bridge again after it was restarted in the middle, with its token', async () => {
    const { bridge, clock, log, settle, reader: armed } = await anArmedReader();
    bridge.beforeCommand = (count) => count === 4 && bridge.stop();
    bridge.insert();
    await settle();
    expect(log).toEqual(['ready', 'reading', 'READER.UNPLUGGED', 'error']);
    await clock.advance(10_000);
    expect(armed.state).toBe('faulted');
    bridge.isRunning = true;
    await clock.advance(2_000);
    await settle();
    expect(bridge.log).toContain('pair token');
    expect(log.at(-1)).toBe('card 6225 88•• •••• 0001');
  });

  it('looks for no bridge any more after disconnect', async () => {
    const { bridge, clock, reader: connected, settle } = aReader();
    await connected.connect();
    bridge.stop();
    await connected.disconnect();
    bridge.isRunning = true;
    await clock.advance(60_000);
    await settle();
    expect([connected.state, bridge.log]).toEqual(['disconnected', ['pair 12345678']]);
  });

  it('asks for the code first, and never again while the token is good', async () => {
    const { bridge, reader: connected, kept } = aReader({ code: '' });
    expect(await codeOf(connected.connect())).toBe('READER.PAIRING_NEEDED');
    expect(bridge.log).toEqual(['closed']);
    connected.usePairingCode('1234 5678');
    await connected.connect();
    await connected.disconnect();
    await connected.connect();
    expect(kept).toEqual([TOKEN, TOKEN]);
    expect(bridge.log.filter((entry) => entry !== 'closed')).toEqual(['pair 1234 5678', 'pair token']);
  });

  it('forgets a token that the bridge does not know', async () => {
    const { bridge, reader: connected, kept } = aReader();
    await connected.connect();
    await connected.disconnect();
    bridge.refusesPairingWith = 'BRIDGE.TOKEN_UNKNOWN';
    expect(await codeOf(connected.connect())).toBe('READER.PAIRING_NEEDED');
    expect(kept).toEqual([TOKEN, undefined]);
  });

  it.each([
    ['BRIDGE.CODE_WRONG', 'READER.PAIRING_WRONG'],
    ['BRIDGE.CODE_LOCKED', 'READER.PAIRING_LOCKED'],
    ['BRIDGE.BUSY', 'READER.BRIDGE_BUSY'],
  ])('says of %s: %s', async (refused, code) => {
    const { bridge, reader: connected, log } = aReader();
    bridge.refusesPairingWith = refused;
    expect(await codeOf(connected.connect())).toBe(code);
    expect([connected.state, log]).toEqual(['disconnected', [code]]);
  });

  it('says that no bridge is there', async () => {
    const { bridge, reader: connected } = aReader();
    bridge.isRunning = false;
    expect(await codeOf(connected.connect())).toBe('READER.BRIDGE_MISSING');
  });

  it.each(['a bridge that is mute', 'a bridge without a reader'])('waits five seconds for %s', async (what) => {
    const { bridge, clock, reader: connected } = aReader();
    if (what.endsWith('mute')) bridge.isMute = true;
    else bridge.isReaderThere = false;
    const outcome = codeOf(connected.connect());
    await clock.advance(4_999);
    expect(connected.state).toBe('connecting');
    await clock.advance(1);
    expect(await outcome).toBe('READER.CONNECT_TIMEOUT');
    expect(bridge.log.at(-1)).toBe(what.endsWith('mute') ? undefined : 'closed');
  });

  it('can be canceled while it connects', async () => {
    const { bridge, clock, reader: connected } = aReader();
    bridge.isReaderThere = false;
    const cancel = new AbortController();
    const outcome = codeOf(connected.connect(cancel.signal));
    await clock.advance(100);
    cancel.abort();
    expect(await outcome).toBe('READER.CONNECT_CANCELED');
    expect([connected.state, bridge.log.at(-1)]).toEqual(['disconnected', 'closed']);
  });

  it('refuses to be armed before it is connected, and for an amount that a chip cannot take', async () => {
    const { reader: connected } = aReader();
    expect(await codeOf(connected.arm(SIGNAL))).toBe('READER.NOT_CONNECTED');
    await connected.connect();
    const large = indicationSignal('ab'.repeat(32), { amountMinor: '1000000000000', currency: 'CNY' });
    expect(await codeOf(connected.arm(large))).toBe('READER.AMOUNT_TOO_LARGE');
  });
});
