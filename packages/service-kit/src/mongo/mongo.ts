import { Long, type Collection, type Document, type MongoClientOptions } from 'mongodb';
import mongoose, { type Connection } from 'mongoose';
import { endWithTheSocket } from './closed-sockets.js';

/** Every remote call has a deadline (DESIGN §4). */
const OPTIONS: MongoClientOptions & { autoIndex: boolean } = {
  serverSelectionTimeoutMS: 5_000,
  socketTimeoutMS: 20_000,
  connectTimeoutMS: 5_000,
  maxPoolSize: 20,
  writeConcern: { w: 'majority', journal: true },
  // Drivers retry writes only on replica sets; our writes are repeatable by their own guard.
  retryWrites: false,
  autoIndex: false,
};

/** The service's own database; nobody else reads it. */
export async function connectMongo(url: string, database: string): Promise<Connection> {
  endWithTheSocket();
  return mongoose.createConnection(url, { ...OPTIONS, dbName: database }).asPromise();
}

/** int64 in the store: a JavaScript bigint would be refused or lose its type on the way. */
export const toInt64 = (value: bigint): Long => Long.fromBigInt(value);

/** Reads what `toInt64` wrote; drivers may hand small values back as numbers. */
export const fromInt64 = (value: Long | number | bigint): bigint =>
  typeof value === 'object' ? value.toBigInt() : BigInt(value);

/** Creates a collection before its first write: some stores fail when two writers create it at once. */
export async function ensureCollection<T extends Document>(
  connection: Connection,
  name: string,
  indexes: readonly {
    readonly key: Record<string, 1 | -1>;
    readonly unique?: boolean;
    readonly sparse?: boolean;
  }[] = [],
): Promise<Collection<T>> {
  const database = connection.db;
  if (!database) throw new Error('connection is not open');
  const existing = await database.listCollections({ name }, { nameOnly: true }).toArray();
  if (existing.length === 0) {
    await database.createCollection(name).catch((error: { code?: number }) => {
      if (error.code !== 48) throw error; // 48 = NamespaceExists: another replica was first
    });
  }
  const collection = database.collection<T>(name);
  if (indexes.length > 0) await collection.createIndexes(indexes.map((index) => ({ ...index })));
  return collection as unknown as Collection<T>;
}
