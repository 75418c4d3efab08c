import { isDuplicateKey } from '@openswipe/service-kit';
import mongoose, { type Model } from 'mongoose';

/** Inserts what is not there yet and leaves the rest as it is. True: all of it was new. */
export async function insertFirst<T>(model: Model<T>, documents: readonly T[]): Promise<boolean> {
  if (documents.length === 0) return true;
  try {
    await model.insertMany([...documents] as never[], { ordered: false, throwOnValidationError: true });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // Counts are not to be trusted on every store, the list of errors is.
    const writeErrors = error instanceof mongoose.mongo.MongoBulkWriteError ? [error.writeErrors].flat() : [];
    if (writeErrors.some(({ code }) => code !== 11000)) throw error;
    return false;
  }
}
