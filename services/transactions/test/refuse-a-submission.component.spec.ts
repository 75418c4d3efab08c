import { keyCheckValue } from '@openswipe/card/host';
import type { IssueInitialKeyRequest } from '@openswipe/contracts';
import { newId, Sensitive } from '@openswipe/kernel';
import { describe, expect, it } from '@jest/globals';
import { heldOrder, publish, rejectionOf, submit, terminal, the, verifiedOf } from './enrolled-terminal.js';
import { submittedRecord } from './running-service.js';
import { anOrder, SimulatedTerminal } from './simulated-terminal.js';

describe('a submission that is refused', () => {
  it('because its KSN was used by another transaction, or is older than the last', async () => {
    const [older, newer] = [terminal.nextKey(), terminal.nextKey()];
    await verifiedOf((await submit(heldOrder(), { working: newer })).transactionId);
    expect(await rejectionOf(await submit(heldOrder(), { working: newer }))).toBe('TRANSACTIONS.KSN_REPLAYED');
    expect(await rejectionOf(await submit(heldOrder(), { working: older }))).toBe('TRANSACTIONS.KSN_REPLAYED');
  });

  it('because its bits were changed, which does not burn the counter', async () => {
    const working = terminal.nextKey();
    const forged = terminal.seal(heldOrder(), { working });
    const ciphertext = forged.envelope?.ciphertext as Buffer;
    ciphertext[0] = (ciphertext[0] ?? 0) ^ 1;
    await publish(submittedRecord(forged));
    expect(await rejectionOf(forged)).toBe('CARD.ENVELOPE_FORGED');
    await verifiedOf((await submit(heldOrder(), { working })).transactionId);
  });

  it('because a forger guesses a counter far ahead, which does not burn the counter either', async () => {
    const forged = terminal.seal(heldOrder());
    forged.envelope?.ksn.writeUInt32BE(0x0000_8000, 8);
    await publish(submittedRecord(forged));
    expect(await rejectionOf(forged)).toBe('CARD.ENVELOPE_FORGED');
    await verifiedOf((await submit(heldOrder())).transactionId);
  });

  it('because its PIN block was made for an earlier transaction', async () => {
    const replayed = await submit(heldOrder(), { pinCounter: '00000001' });
    expect(await rejectionOf(replayed)).toBe('TRANSACTIONS.PIN_REPLAYED');
  });

  it('because its fee is not the fee of the order', async () => {
    const changed = await submit(heldOrder(), { amountMinor: '1' });
    expect(await rejectionOf(changed)).toBe('TRANSACTIONS.AMOUNT_CHANGED');
    const other = await submit(heldOrder(), { orderId: newId('order') });
    expect(await rejectionOf(other)).toBe('TRANSACTIONS.DIGEST_MISMATCH');
  });

  it('because its suite is unknown', async () => {
    const submitted = terminal.seal(heldOrder());
    if (submitted.envelope) submitted.envelope.suite = 'os9';
    await publish(submittedRecord(submitted));
    expect(await rejectionOf(submitted)).toBe('CARD.SUITE_UNKNOWN');
  });

  it('because its KSN is of another BDK, malformed, or of another terminal', async () => {
    const foreign = terminal.seal(heldOrder());
    foreign.envelope?.ksn.writeUInt32BE(0xdeadbeef, 0);
    const short = terminal.seal(heldOrder());
    if (short.envelope) short.envelope.ksn = Buffer.alloc(3);
    await publish(submittedRecord(foreign), submittedRecord(short));
    const stolen = await submit(heldOrder(), { terminalId: newId('terminal') });
    for (const submitted of [foreign, short, stolen]) expect(await rejectionOf(submitted)).toBe('CARD.KSN_INVALID');
  });

  it('because what was read is no track 2', async () => {
    expect(await rejectionOf(await submit(heldOrder(), { track2: ';1234=?' }))).toBe('CARD.TRACK2_INVALID');
  });

  it('because orders refuses to begin the payment, with the code of orders', async () => {
    const order = anOrder();
    the.neighbours.refusals.set(order.id, { code: 'ORDERS.ALREADY_PAYING', message: 'held by another' });
    expect(await rejectionOf(await submit(order))).toBe('ORDERS.ALREADY_PAYING');
  });
});

describe('the initial key', () => {
  it('is enciphered to the terminal, repeatable until used, and never given to a second terminal', async () => {
    const one = new SimulatedTerminal();
    const issue = (request: IssueInitialKeyRequest) => the.transactions.call.issueInitialKey(request);
    let request: IssueInitialKeyRequest | undefined;
    const issued = await one.enrol((given) => issue((request = given)));
    expect(issued.initialKeyId.subarray(0, 4).toString('hex')).toBe('4f534431');
    expect(keyCheckValue(new Sensitive(one.open(issued.encryptedKey)))).toBe(issued.keyCheckValue);
    if (!request) throw new Error('nothing was asked');
    const again = await issue(request);
    expect(one.open(again.encryptedKey)).toEqual(one.open(issued.encryptedKey));

    const taken = { code: 'TRANSACTIONS.INITIAL_KEY_TAKEN' };
    await expect(issue({ ...request, terminalId: newId('terminal') })).rejects.toMatchObject(taken);
    await expect(issue({ ...request, publicKey: Buffer.from('no key') })).rejects.toMatchObject({
      code: 'CARD.PUBLIC_KEY_INVALID',
    });
    await expect(issue({ ...request, derivationId: Buffer.alloc(3) })).rejects.toMatchObject({
      code: 'TRANSACTIONS.DERIVATION_ID_INVALID',
    });
  });
});
