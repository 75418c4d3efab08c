import { DukptTerminal, KeySerialNumber, deriveInitialKey, fromHex, nobleAes, sealEnvelope } from '@openswipe/card';
import { BaseDerivationKeys, nodeAes } from '@openswipe/card/host';
import { Sensitive } from '@openswipe/kernel';
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { OpenEnvelope } from '../../services/transactions/dist/application/open-envelope.js';
import { serve } from './serve.mjs';

const BDK_ID = '4f535031';
const TERMINALS = 32;
const ENVELOPES_EACH = 16;
/** A terminal in the middle of its life: counters with as many one bits as most have. */
const FIRST_COUNTER = 1_000;
const DIGEST = '5a'.repeat(32);

const bdk = new Sensitive(new Uint8Array(randomBytes(16)));

/** @param {number} index */
const envelopesOf = (index) => {
  const initialKeyId = `${BDK_ID}${index.toString(16).padStart(8, '0')}`;
  const initialKey = deriveInitialKey(nobleAes, bdk, fromHex(initialKeyId, 8, 'CARD.KSN_INVALID', 'Id'));
  const terminal = DukptTerminal.initialize(nobleAes, initialKey, initialKeyId);
  for (let skipped = 0; skipped < FIRST_COUNTER; skipped++) terminal.next(['data-encrypt']);
  const terminalId = `ter_${index.toString(16).padStart(32, '0')}`;
  return Array.from({ length: ENVELOPES_EACH }, () => {
    const { ksn, keys } = terminal.next(['data-encrypt']);
    const data = new Sensitive({
      card: {
        entryMode: /** @type {const} */ ('magstripe'),
        track2: ';6225880000000001=3112120000000000?',
        readerKind: 'simulated',
        readerProtected: true,
      },
      fee: { orderId: `ord_${'0'.repeat(32)}`, orderDigest: DIGEST, amountMinor: '12800', currency: 'CNY' },
      security: { pinBlock: '11'.repeat(16), pinKsn: ksn.hex, signature: { digest: '22'.repeat(32) } },
      createdAt: new Date().toISOString(),
    });
    const nonce = new Uint8Array(randomBytes(12));
    return { envelope: sealEnvelope(nobleAes, keys['data-encrypt'], ksn, terminalId, nonce, data), terminalId };
  });
};

const all = Array.from({ length: TERMINALS }, (_, index) => envelopesOf(index)).flat();
// As they come: one of each terminal in turn.
const items = Array.from(
  { length: all.length },
  (_, i) => /** @type {typeof all[0]} */ (all[(i % TERMINALS) * ENVELOPES_EACH + Math.floor(i / TERMINALS)]),
);
const order = /** @type {any} */ ({ digest: DIGEST });
const bdks = new BaseDerivationKeys(nodeAes, { key: () => bdk, has: () => false }, 'data-bdk', BDK_ID);
const opener = new OpenEnvelope(nodeAes, bdks);

/** @param {(item: typeof items[0]) => void} work @param {number} milliseconds @returns how many in a second of CPU */
const rateOf = (work, milliseconds) => {
  const before = process.cpuUsage();
  let count = 0;
  for (const end = Date.now() + milliseconds; Date.now() < end;) {
    for (const item of items) work(item);
    count += items.length;
  }
  const { user, system } = process.cpuUsage(before);
  return (count * 1_000_000) / (user + system);
};

const stepsOf = (/** @type {{ envelope: { ksn: string } }} */ { envelope }) => {
  const { counter } = KeySerialNumber.parse(envelope.ksn);
  return 2 + [...counter.toString(2)].filter((bit) => bit === '1').length;
};

const block = Buffer.alloc(16, 7);
const bare = items.map((item) => ({
  steps: stepsOf(item),
  key: randomBytes(16),
  nonce: randomBytes(12),
  ciphertext: Buffer.from(item.envelope.ciphertext, 'hex'),
  aad: randomBytes(100),
}));
let next = 0;
const bareOpening = () => {
  const { steps, key, nonce, ciphertext, aad } = /** @type {typeof bare[0]} */ (bare[next++ % bare.length]);
  let derived = key;
  for (let step = 0; step < steps; step++) {
    derived = createCipheriv('aes-128-ecb', createSecretKey(derived), null).setAutoPadding(false).update(block);
  }
  // Without `final`, which would compare a tag that this key did not make: the arithmetic is the same.
  createDecipheriv('aes-128-gcm', createSecretKey(derived), nonce, { authTagLength: 16 })
    .setAAD(aad)
    .update(ciphertext);
};

serve({
  shape: () => ({
    aesBlocks: items.reduce((sum, item) => sum + stepsOf(item), 0) / items.length,
    ciphertextBytes: items[0] ? items[0].envelope.ciphertext.length / 2 : 0,
  }),
  open: ({ milliseconds }) =>
    rateOf(({ envelope, terminalId }) => opener.execute({ envelope, terminalId }, order), milliseconds),
  bare: ({ milliseconds }) => rateOf(bareOpening, milliseconds),
});
