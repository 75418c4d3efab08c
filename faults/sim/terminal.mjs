import { DukptTerminal, Pan, encodePinBlockFormat4, sealEnvelope, toHex } from '@openswipe/card';
import { nodeAes } from '@openswipe/card/host';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { Sensitive } from '@openswipe/kernel';
import { initialKeyOf } from './services.mjs';

/** @typedef {{ orderId: string, suite: string, ksn: string, nonce: string, ciphertext: string, tag: string }} Body */
/** @typedef {import('@openswipe/card').Key} Key */
/**
 * @typedef {{
 *   data: { ksn: import('@openswipe/card').KeySerialNumber, keys: Record<'data-encrypt', Key> },
 *   pin: { ksn: import('@openswipe/card').KeySerialNumber, keys: Record<'pin-encryption', Key> },
 * }} Keys
 */

/** A reader and its terminal in the hand of one account. */
export class Terminal {
  /** @type {Keys | undefined} */
  lastKeys;

  /** @param {import('../shared/random.mjs').Random} random */
  constructor(random) {
    this.random = random;
    this.id = `ter_${random.bytes(16).toString('hex')}`;
    this.accountId = `acc_${random.bytes(16).toString('hex')}`;
    const derivationId = random.bytes(4).toString('hex');
    const [data, pin] = /** @type {const} */ (['data', 'pin']).map((use) => initialKeyOf(use, derivationId));
    if (!data || !pin) throw new Error('no keys');
    this.initialKeyIds = { data: data.initialKeyId, pin: pin.initialKeyId };
    this.data = DukptTerminal.initialize(nodeAes, data.key, data.initialKeyId);
    this.pin = DukptTerminal.initialize(nodeAes, pin.key, pin.initialKeyId);
  }

  /**
   * Writes what the enrolment of this terminal would have written.
   * @param {import('./platform.mjs').Platform} platform
   */
  enrol({ databases }) {
    const { data, pin } = this.initialKeyIds;
    const { transactions, risk } = databases;
    transactions
      ?.collection('terminalCounters')
      .rows.set(data, { _id: data, terminalId: this.id, counter: 0, recent: [] });
    risk?.collection('issued_keys').rows.set(pin, { _id: pin, terminalId: this.id, issuedAt: new Date() });
  }

  /** @returns {Keys} */
  nextKeys() {
    const data = this.data.next(['data-encrypt']);
    const pin = this.pin.next(['pin-encryption']);
    return (this.lastKeys = { data, pin });
  }

  /**
   * @param {any} order as the claim gave it
   * @param {string} cardName
   * @param {{ keys?: Keys | undefined, pin?: string | undefined }} [options] keys of an earlier transaction: a replay
   * @returns {Body}
   */
  seal(order, cardName, { keys = this.nextKeys(), pin } = {}) {
    const card = testCard(cardName);
    const entered = pin ?? card.pin;
    const security = { ...this.#pinOf(card.pan, entered, keys), signature: { digest: 'ef'.repeat(32) } };
    const data = new Sensitive({
      card: {
        entryMode: /** @type {const} */ ('magstripe'),
        track2: testTrack2(card),
        readerKind: 'simulated',
        readerProtected: true,
      },
      fee: {
        orderId: order.id,
        orderDigest: order.digest,
        amountMinor: String(order.total.amountMinor),
        currency: order.total.currency,
      },
      security,
      createdAt: new Date().toISOString(),
    });
    const nonce = new Uint8Array(this.random.bytes(12));
    const { ksn, keys: working } = keys.data;
    const envelope = sealEnvelope(nodeAes, working['data-encrypt'], ksn, this.id, nonce, data);
    return { orderId: order.id, ...envelope };
  }

  /** @param {string} pan @param {string | null} pin @param {Keys} keys */
  #pinOf(pan, pin, { pin: { ksn, keys } }) {
    if (pin === null) return {};
    const random8 = new Uint8Array(this.random.bytes(8));
    const block = encodePinBlockFormat4(nodeAes, keys['pin-encryption'], new Sensitive(pin), Pan.parse(pan), random8);
    return { pinBlock: toHex(block), pinKsn: ksn.hex };
  }
}
