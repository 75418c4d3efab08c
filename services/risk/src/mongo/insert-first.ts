import { isDuplicateKey } from '@openswipe/service-kit';

interface WithWriteErrors {
  readonly writeErrors?: readonly { readonly code?: number }[];
}

const DUPLICATE_KEY = 11_000;

/** Runs an unordered bulk of inserts or upserts; what is already there stays as it is. Any other error is thrown. */
export async function ignoringDuplicates(bulk: Promise<unknown>): Promise<void> {
  try {
    await bulk;
  } catch (error) {
    const others = (error as WithWriteErrors).writeErrors?.filter(({ code }) => code !== DUPLICATE_KEY) ?? [];
    if (!isDuplicateKey(error) || others.length > 0) throw error;
  }
}

/** True where the document was inserted, false where its id was taken. */
export async function insertedFirst(insert: Promise<unknown>): Promise<boolean> {
  try {
    await insert;
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
