import {
  TOPICS,
  type Order,
  type Transaction,
  type TransactionSubmitted,
  type TransactionVerified,
} from '@openswipe/contracts';
import type { OutgoingRecord } from '@openswipe/service-kit';
import { afterAll, beforeAll } from '@jest/globals';
import { startUnderTest, submittedRecord, type ServiceUnderTest } from './running-service.js';
import { anOrder, SimulatedTerminal, type SealOptions } from './simulated-terminal.js';
import { eventually } from './topic-tap.js';

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
