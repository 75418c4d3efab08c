import type { mongo } from 'mongoose';
import { isDuplicateKey } from '../faults.js';

interface WriteError {
  readonly index: number;
  readonly code?: number;
}

const DUPLICATE_KEY = 11_000;

/** Runs an unordered bulk of inserts or upserts and gives the places of those whose id was taken. */
async function duplicatesOf(bulk: Promise<unknown>): Promise<ReadonlySet<number>> {
  try {
    await bulk;
    return new Set();
  } catch (error) {
    // The counts of a partly failed bulk are not the same in every store; its write errors are.
    const writeErrors = [(error as { writeErrors?: readonly WriteError[] | WriteError }).writeErrors ?? []].flat();
    const onlyDuplicates = writeErrors.length > 0 && writeErrors.every(({ code }) => code === DUPLICATE_KEY);
    if (!isDuplicateKey(error) || !onlyDuplicates) throw error;
    return new Set(writeErrors.map(({ index }) => index));
  }
}

/** What is already there stays as it is. Any other error is thrown. */
export async function ignoringDuplicates(bulk: Promise<unknown>): Promise<void> {
  await duplicatesOf(bulk);
}

/** For each document: true where it was inserted, false where its id was taken. */
export async function insertedFirst<T extends { readonly _id: string }>(
  collection: mongo.Collection<T>,
  documents: readonly T[],
): Promise<readonly boolean[]> {
  const inserts = documents.map((document) => ({
    insertOne: { document: document as mongo.OptionalId<T> },
  }));
  const taken = await duplicatesOf(collection.bulkWrite(inserts, { ordered: false }));
  return documents.map((_, at) => !taken.has(at));
}

/** A collection of the driver or a model of mongoose. */
interface Insertable {
  insertMany(documents: never[], options: { ordered: false; throwOnValidationError: true }): Promise<unknown>;
}

/** Inserts what is not there yet and leaves the rest as it is. True: all of it was new. */
export async function insertFirst<T>(target: Insertable, documents: readonly T[]): Promise<boolean> {
  if (documents.length === 0) return true;
  const options = { ordered: false, throwOnValidationError: true } as const;
  return (await duplicatesOf(target.insertMany([...documents] as never[], options))).size === 0;
}
