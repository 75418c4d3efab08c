import type { Topic } from '@openswipe/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, describeError, isTransient } from '../faults.js';
import type { BatchHandler, RawRecord, Received } from './consumers.js';
import type { DeadLetters } from './dead-letters.js';

const ATTEMPTS_PER_RECORD = 3;

interface Handling {
  readonly topic: Topic<unknown>;
  readonly handler: BatchHandler<unknown>;
}

/** What was fetched of one partition. */
export interface PartitionBatch {
  readonly records: readonly RawRecord[];
  readonly stillOurs: () => boolean;
}

interface Decoded extends PartitionBatch {
  readonly values: readonly Received<unknown>[];
}

/** The partition moved or the service stops: leave without committing; the records come again elsewhere. */
export class Abandoned extends Error {}

/**
 * Handles batches of several partitions together, as `BatchHandler` promises. Where a record's own fault stops them,
 * each partition goes by itself. Returns when each record is done or a dead letter.
 */
export async function handleBatches(
  batches: readonly PartitionBatch[],
  handling: Handling,
  deadLetters: DeadLetters,
): Promise<void> {
  const decoded: Decoded[] = [];
  for (const batch of batches) decoded.push(await decode(batch, handling, deadLetters));
  await handleDecoded(decoded, handling.handler, deadLetters);
}

async function handleDecoded(
  batches: readonly Decoded[],
  handler: BatchHandler<unknown>,
  deadLetters: DeadLetters,
): Promise<void> {
  const values = batches.flatMap((batch) => batch.values);
  if (values.length === 0) return;
  try {
    await untilTheWorldIsBack(
      () => handler(values),
      () => batches.some(({ stillOurs }) => stillOurs()),
    );
  } catch (error) {
    if (error instanceof Abandoned) throw error;
    for (const batch of batches) {
      if (batches.length > 1) await handleDecoded([batch], handler, deadLetters);
      else for (const record of values) await handleAlone(record, batch, handler, deadLetters);
    }
  }
}

async function decode(batch: PartitionBatch, { topic }: Handling, deadLetters: DeadLetters): Promise<Decoded> {
  const values: Received<unknown>[] = [];
  for (const record of batch.records) {
    try {
      values.push({ ...record, value: topic.codec.decode(record.bytes) });
    } catch (error) {
      await untilTheWorldIsBack(() => deadLetters.bury(record, error), batch.stillOurs);
    }
  }
  return { ...batch, values };
}

async function handleAlone(
  record: Received<unknown>,
  { records, stillOurs }: PartitionBatch,
  handler: BatchHandler<unknown>,
  deadLetters: DeadLetters,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await untilTheWorldIsBack(() => handler([record]), stillOurs);
    } catch (error) {
      if (error instanceof Abandoned) throw error;
      if (attempt < ATTEMPTS_PER_RECORD) continue;
      const original = records.find(({ offset }) => offset === record.offset);
      return untilTheWorldIsBack(() => deadLetters.bury(original as RawRecord, error), stillOurs);
    }
  }
}

async function untilTheWorldIsBack<T>(work: () => Promise<T>, stillOurs: () => boolean): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    if (!stillOurs()) throw new Abandoned('the partition is no longer ours');
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error instanceof Error ? error : new Error(describeError(error));
      await delay(backoffMs(attempt, 50, 2_000));
    }
  }
}
