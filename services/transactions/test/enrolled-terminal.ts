import { nodeAes } from '@openswipe/card/host';
import {
  SensitiveCardData,
  TOPICS,
  TransactionStatus,
  type Order,
  type Transaction,
  type TransactionSubmitted,
  type TransactionVerified,
} from '@openswipe/contracts';
import type { OutgoingRecord } from '@openswipe/service-kit';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { startUnderTest, submittedRecord, type ServiceUnderTest } from './running-service.js';
import { anOrder, SimulatedTerminal, type SealOptions } from './simulated-terminal.js';
import { caughtUp, eventually, recordCount } from './topic-tap.js';

/** One service and one enrolled terminal for a whole test file. */
export let the: ServiceUnderTest;
export let terminal: SimulatedTerminal;
/** Every record that the file published. */
export const everything: OutgoingRecord[] = [];

beforeAll(async () => {
  the = await startUnderTest();
  terminal = new SimulatedTerminal();
  await terminal.enrol((request) => the.transactions.call.issueInitialKey(request));
});

afterAll(() => the?.stop());

export async function publish(...records: OutgoingRecord[]): Promise<void> {
  everything.push(...records);
  await the.publisher.publish(records);
}

export function heldOrder(more: Partial<Order> = {}): Order {
  const order = anOrder(more);
  the.neighbours.orders.set(order.id, order);
  return order;
}

export async function submit(order: Order, options: SealOptions = {}): Promise<TransactionSubmitted> {
  const submitted = terminal.seal(order, options);
  await publish(submittedRecord(submitted));
  return submitted;
}

export const verifiedOf = (transactionId: string): Promise<TransactionVerified> =>
  eventually(
    () => the.tap.of(TOPICS.transactionVerified).find((verified) => verified.transactionId === transactionId),
    `${transactionId} verified`,
  );

export const concludedOf = (transactionId: string): Promise<Transaction> =>
  eventually(
    () => the.tap.of(TOPICS.transactionConcluded).find(({ transaction }) => transaction?.id === transactionId),
    `${transactionId} concluded`,
  ).then(({ transaction }) => transaction as Transaction);

/** The code of the reason why a submission was rejected. */
export async function rejectionOf({ transactionId }: TransactionSubmitted): Promise<string> {
  const { status, reasonCode } = await concludedOf(transactionId);
  expect(status).toBe(TransactionStatus.TRANSACTION_STATUS_REJECTED);
  return reasonCode;
}

/** What risk finds in the sealed card data. */
export function openedBy({ transactionId, sealedCardData }: TransactionVerified): SensitiveCardData {
  const bytes = (part: Buffer | undefined) => new Uint8Array(part ?? []);
  const { nonce, ciphertext, tag } = sealedCardData ?? {};
  const aad = new TextEncoder().encode(transactionId);
  const key = the.keys['zone-card-data'];
  return SensitiveCardData.decode(nodeAes.open(key, bytes(nonce), bytes(ciphertext), bytes(tag), aad));
}

const COLLECTIONS = ['transactions', 'terminalCounters', 'readerCounters', 'vault'] as const;

/** Everything that the service keeps, and how much it has said. */
async function state(): Promise<unknown> {
  const dump = (name: string) => {
    const found = the.mongo.db?.collection(name).find({}, { projection: { outbox: 0 } });
    return found?.sort({ _id: 1 }).toArray();
  };
  return {
    documents: await Promise.all(COLLECTIONS.map(dump)),
    verified: await recordCount(the.broker, TOPICS.transactionVerified),
    concluded: await recordCount(the.broker, TOPICS.transactionConcluded),
  };
}

/** Publishes everything three times more. */
export async function expectRedeliveryToChangeNothing(): Promise<void> {
  await caughtUp(the.broker);
  const before = await state();
  for (let time = 0; time < 3; time += 1) await the.publisher.publish(everything);
  await caughtUp(the.broker);
  expect(await state()).toEqual(before);
}

/** Every document and every record that the file has made, as one text to search. */
export async function everythingKept(): Promise<string> {
  const isPublished = async () => {
    const waiting = await the.mongo.db?.collection('transactions').countDocuments({ 'outbox.0': { $exists: true } });
    return waiting === 0 ? true : undefined;
  };
  await eventually(isPublished, 'every outbox empty');
  const documents = await Promise.all(COLLECTIONS.map((name) => the.mongo.db?.collection(name).find().toArray()));
  const stored = Buffer.from(JSON.stringify(documents));
  return Buffer.concat([stored, ...the.tap.records.map(({ value }) => value)]).toString('latin1');
}
