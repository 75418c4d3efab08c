import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabase } from './database.mjs';
import { ensureJars } from './index.mjs';

type Filter = Record<string, unknown>;
type Doc = { _id: string | number } & Record<string, unknown>;

const DOCUMENTS = 300;
let dataDir: string;
let database: Awaited<ReturnType<typeof startDatabase>>;
let connection: mongoose.Connection;

const connect = async (): Promise<void> => {
  database = await startDatabase({ dataDir });
  connection = await mongoose.createConnection(database.url, { dbName: 'indexes' }).asPromise();
};
const disconnect = async (): Promise<void> => {
  await connection.close();
  await database.stop();
};
/** The same documents twice: `indexed` and, with no index but that of `_id`, `plain`. */
const both = () => ['indexed', 'plain'].map((name) => connection.collection<Doc>(name));

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'openswipe-indexes-'));
  await ensureJars();
  await connect();
  const [indexed] = both();
  await indexed?.createIndexes([
    { key: { owner: 1, status: 1 } },
    { key: { status: 1, at: 1 } },
    { key: { 'outbox.at': 1 } },
    { key: { 'claim.at': -1 } },
    { key: { serial: 1 }, unique: true },
  ]);
}, 300_000);

afterAll(async () => {
  await disconnect();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Deterministic draws, so that a failure comes again. */
let state = 20261125;
const draw = (below: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state % below;
};
const pick = <T>(from: readonly T[]): T => from[draw(from.length)] as T;

const aTime = () => new Date(1_000_000 + draw(50) * 1_000);
const aStatus = () => pick(['created', 'pending', 'paid', 'expired', null, undefined]);
const anOwner = () => pick(['a', 'b', 'ä', 'ab', 7, 7.5, 12n ** 2n, null, undefined]);
const anOutbox = () => Array.from({ length: draw(3) }, () => ({ id: `e${draw(9)}`, at: aTime() }));

const without = (fields: Filter): Filter =>
  Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== undefined));
const aDocument = (number: number): Doc => ({
  _id: number % 3 === 0 ? number : `doc-${number}`,
  ...without({
    owner: anOwner(),
    status: aStatus(),
    at: pick([aTime(), undefined, 'later']),
    outbox: pick([anOutbox(), undefined]),
    claim: pick([{ at: aTime() }, undefined]),
  }),
  serial: `s${number}`,
});

const QUERIES: readonly (() => Filter)[] = [
  () => ({ owner: anOwner() ?? null }),
  () => ({ owner: anOwner() ?? 'a', status: aStatus() ?? 'paid' }),
  () => ({ owner: { $in: ['a', 'b', 7] }, status: { $in: ['created', 'pending'] } }),
  () => ({ status: aStatus() ?? 'paid', at: { $lt: aTime() } }),
  () => ({ status: { $in: ['created', 'pending'] }, at: { $gte: aTime(), $lt: aTime() } }),
  () => ({ status: { $ne: 'paid' }, owner: 'a' }),
  () => ({ status: { $exists: false } }),
  () => ({ status: /^p/ }),
  () => ({ 'outbox.at': { $lt: aTime() } }),
  () => ({ $or: [{ 'outbox.at': { $lt: aTime() } }, { 'outbox.at': { $gt: aTime() } }] }),
  () => ({ 'outbox.at': { $gte: aTime(), $lte: aTime() } }),
  () => ({ 'claim.at': { $lte: aTime() }, status: 'pending' }),
  () => ({ 'claim.at': { $gt: aTime() } }),
  () => ({ 'claim.at': null }),
  () => ({ serial: `s${draw(DOCUMENTS)}`, status: 'paid' }),
  () => ({ serial: { $in: [`s${draw(DOCUMENTS)}`, 's1', 's2'] }, owner: 'a' }),
  () => ({ _id: pick([3, 'doc-1', 'doc-4', 6, 6.0]), status: aStatus() ?? 'paid' }),
  () => ({ $or: [{ owner: 'a' }, { owner: 'b', status: 'paid' }], 'claim.at': { $exists: true } }),
  () => ({ $and: [{ owner: 'a' }, { status: 'paid' }] }),
];

const agree = async (): Promise<void> => {
  for (const query of QUERIES) {
    for (let time = 0; time < 6; time++) {
      const filter = query();
      const [indexed, plain] = await Promise.all(
        both().map(async (collection) =>
          (await collection.find(filter as never).toArray()).map(({ _id }) => String(_id)).sort(),
        ),
      );
      expect({ filter, found: indexed }).toEqual({ filter, found: plain });
      const counts = await Promise.all(
        both().map(async (collection) => [
          await collection.countDocuments(filter as never),
          await collection.countDocuments(filter as never, { limit: 3 }),
        ]),
      );
      const count = plain?.length ?? 0;
      expect({ filter, counts }).toEqual({ filter, counts: Array(2).fill([count, Math.min(count, 3)]) });
    }
  }
};

/** One change, the same on both. */
const change = async (number: number): Promise<void> => {
  const _id = number % 3 === 0 ? number : `doc-${number}`;
  const update = pick([
    { $set: { status: pick(['paid', 'expired']), at: aTime() } },
    { $unset: { owner: '' } },
    { $set: { owner: pick(['a', 'b', 7]) }, $push: { outbox: { id: 'new', at: aTime() } } },
    { $pull: { outbox: { id: { $in: ['e1', 'e2', 'new'] } } } },
    { $set: { 'claim.at': aTime() } },
    'delete' as const,
  ]);
  for (const collection of both()) {
    if (update === 'delete') await collection.deleteOne({ _id });
    else await collection.updateOne({ _id }, update as never).catch(() => undefined);
  }
};

describe('queries that an index serves find what a look at all documents finds', () => {
  it('as inserted', async () => {
    const documents = Array.from({ length: DOCUMENTS }, (_, number) => aDocument(number));
    for (const collection of both()) await collection.insertMany(documents.map((document) => ({ ...document })));
    await agree();
  });

  it('after updates and deletions', async () => {
    for (let number = 0; number < DOCUMENTS; number++) if (draw(2) === 0) await change(number);
    await agree();
  });

  it('after a restart', async () => {
    await disconnect();
    await connect();
    await agree();
    for (let number = 0; number < DOCUMENTS; number += 5) await change(number);
    await agree();
  }, 60_000);

  it('with an index that is made when documents are there, and without one that is dropped', async () => {
    const [, plain] = both();
    const [indexed] = both();
    await plain?.createIndex({ owner: 1 });
    await indexed?.dropIndex('owner_1_status_1');
    await agree();
  });
});

it('refuses a second document with the same unique value, whatever else it holds', async () => {
  const [indexed] = both();
  const taken = await indexed?.findOne({});
  await expect(indexed?.insertOne({ _id: 'second', serial: taken?.['serial'] })).rejects.toMatchObject({ code: 11000 });
  expect(await indexed?.findOne({ _id: 'second' })).toBeNull();
});

describe('an index whose field no document has yet', () => {
  const late = () => connection.collection<Doc>('late');
  const findsIt = async () => expect(await late().countDocuments({ 'outbox.at': { $lte: new Date(5) } })).toBe(1);

  it('serves what comes after a restart, and after a look at all databases', async () => {
    await late().createIndexes([{ key: { 'outbox.at': 1 } }, { key: { pin: 1 }, unique: true, sparse: true }]);
    await late().insertMany(Array.from({ length: 100 }, (_, number) => ({ _id: number, outbox: [] })));
    await disconnect();
    await connect();
    await connection.db?.admin().listDatabases();
    await late().updateOne({ _id: 5 }, { $set: { outbox: [{ at: new Date(5) }], pin: 'a' } });
    await findsIt();
    await expect(late().updateOne({ _id: 6 }, { $set: { pin: 'a' } })).rejects.toMatchObject({ code: 11000 });
  }, 60_000);

  it('is filled when its collection was dropped and has documents again before it is made again', async () => {
    await late().drop();
    await late().insertOne({ _id: 7, outbox: [{ at: new Date(5) }] });
    await late().createIndex({ 'outbox.at': 1 });
    await findsIt();
  });
});
