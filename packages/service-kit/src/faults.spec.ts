import { describe, expect, it } from '@jest/globals';
import { DomainError, TransientFault } from '@openswipe/kernel';
import {
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  type BulkWriteResult,
} from 'mongodb';
import { isTransient } from './faults.js';

const NOTHING_DONE = { insertedCount: 0 } as BulkWriteResult;

/** As the driver makes it (`executeCommands` in its bulk/common.js). */
const bulk = (error: ConstructorParameters<typeof MongoBulkWriteError>[0]) =>
  new MongoBulkWriteError(error, NOTHING_DONE);

describe('isTransient', () => {
  it('knows the world behind a bulk write that got no answer', () => {
    expect(isTransient(bulk(new MongoNetworkError('connection 1 to 127.0.0.1:27017 closed') as never))).toBe(true);
    const noServer = new MongoServerSelectionError('no server', { error: null } as never);
    expect(isTransient(bulk(noServer as never))).toBe(true);
  });

  it('takes what the server refused in a bulk write for the fault of the write', () => {
    const duplicate = { message: 'E11000', code: 11000, writeErrors: [{ code: 11000, index: 0 }] };
    expect(isTransient(bulk(duplicate as never))).toBe(false);
    expect(isTransient(bulk({ message: 'too large', code: 10334 } as never))).toBe(false);
  });

  it.each([10107, 189, 91, 11600, 64])('waits for a replica set that answers with code %d', (code) => {
    expect(isTransient(new MongoServerError({ message: 'not now', code }))).toBe(true);
    expect(isTransient(bulk({ message: 'not now', code } as never))).toBe(true);
  });

  it('never repeats a refusal, and repeats a fault of ours that says so', () => {
    expect(isTransient(new DomainError('A.B', 'no', { kind: 'conflict' }))).toBe(false);
    expect(isTransient(new MongoServerError({ message: 'bad', code: 2 }))).toBe(false);
    expect(isTransient(new TypeError('a defect'))).toBe(false);
    expect(isTransient(new TransientFault('later'))).toBe(true);
  });
});
