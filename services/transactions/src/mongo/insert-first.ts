import { isDuplicateKey } from '@openswipe/service-kit';
import { MongoBulkWriteError, type Collection, type Document, type OptionalUnlessRequiredId } from 'mongodb';

/** Inserts what is not there yet and leaves the rest as it is. True: all of it was new. */
export async function insertFirst<T extends Document>(
  collection: Collection<T>,
  documents: readonly OptionalUnlessRequiredId<T>[],
): Promise<boolean> {
  if (documents.length === 0) return true;
  try {
    await collection.insertMany([...documents], { ordered: false });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const writeErrors = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
    if (writeErrors.some(({ code }) => code !== 11000)) throw error;
    return false;
  }
}
