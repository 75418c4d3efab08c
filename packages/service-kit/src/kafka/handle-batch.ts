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

/** The partition moved or the service stops: leave without committing; the records come again elsewhere. */
export class Abandoned extends Error {}

/** Handles one partition's batch as `BatchHandler` promises. Returns when each record is done or a dead letter. */
export async function handleBatch(
  records: readonly RawRecord[],
  { topic, handler }: Handling,
  deadLetters: DeadLetters,
  stillOurs: () => boolean,
): Promise<void> {
  const decoded: Received<unknown>[] = [];
  for (const record of records) {
    try {
      decoded.push({ ...record, value: topic.codec.decode(record.bytes) });
    } catch (error) {
      await untilTheWorldIsBack(() => deadLetters.bury(record, error), stillOurs);
    }
  }
  if (decoded.length === 0) return;
  try {
    await untilTheWorldIsBack(() => handler(decoded), stillOurs);
  } catch (error) {
    if (error instanceof Abandoned) throw error;
    for (const record of decoded) await handleAlone(record, records, handler, deadLetters, stillOurs);
  }
}

async function handleAlone(
  record: Received<unknown>,
  raw: readonly RawRecord[],
  handler: BatchHandler<unknown>,
  deadLetters: DeadLetters,
  stillOurs: () => boolean,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await untilTheWorldIsBack(() => handler([record]), stillOurs);
    } catch (error) {
      if (error instanceof Abandoned) throw error;
      if (attempt < ATTEMPTS_PER_RECORD) continue;
      const original = raw.find(({ offset }) => offset === record.offset);
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
