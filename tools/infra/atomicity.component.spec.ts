import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabase } from './database.mjs';
import { ensureJars } from './index.mjs';

const CLIENTS = 16;
/** Enough that an answer takes a while to write, and so to be caught in the middle. */
const FIELDS = 200;
const DUPLICATE_KEY = 11000;

let dataDir: string;
let database: Awaited<ReturnType<typeof startDatabase>>;
let connection: mongoose.Connection;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'openswipe-atomicity-'));
  await ensureJars();
  database = await startDatabase({ dataDir });
  const options = { dbName: 'atomicity', maxPoolSize: 2 * CLIENTS };
  connection = await mongoose.createConnection(database.url, options).asPromise();
}, 300_000);

afterAll(async () => {
  await connection.close();
  await database.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

type Wide = { _id: string } & Record<string, number | string>;
const names = Array.from({ length: FIELDS }, (_, number) => `field${number}`);
const allEqual = (value: number): Record<string, number> => Object.fromEntries(names.map((name) => [name, value]));
const differentValues = (document: Record<string, unknown>): number =>
  new Set(names.map((name) => document[name])).size;
const inParallel = <T>(work: (client: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CLIENTS }, (_, client) => work(client)));

/** Whether it was inserted; not, where its key is taken. */
const insert = async <T extends { _id: string }>(into: mongoose.Collection<T>, document: T): Promise<boolean> => {
  try {
    await into.insertOne(document as never);
    return true;
  } catch (error) {
    if ((error as { code?: number }).code !== DUPLICATE_KEY) throw error;
    return false;
  }
};

describe('a document under many clients', () => {
  it.each([
    ['by a query', (wide: mongoose.Collection<Wide>) => wide.findOne({ _id: 'one' })],
    ['by a look at all documents', (wide: mongoose.Collection<Wide>) => wide.findOne({ field0: { $gte: 0 } })],
    [
      'by an aggregation',
      async (wide: mongoose.Collection<Wide>) => (await wide.aggregate([{ $match: {} }]).toArray())[0],
    ],
    [
      'as an update left it',
      (wide: mongoose.Collection<Wide>) =>
        wide.findOneAndUpdate({ _id: 'one' }, { $set: allEqual(0) }, { returnDocument: 'after', upsert: true }),
    ],
  ])('is read as one write left it: %s', async (_, read) => {
    const wide = connection.collection<Wide>('wide');
    await wide.updateOne({ _id: 'one' }, { $set: allEqual(0) }, { upsert: true });
    let torn = 0;
    await inParallel(async (client) => {
      for (let turn = 1; turn <= 100; turn += 1) {
        if (client % 2 === 0) await wide.updateOne({ _id: 'one' }, { $set: allEqual(turn * CLIENTS + client) });
        else if (differentValues((await read(wide)) ?? {}) !== 1) torn += 1;
      }
    });
    expect(torn).toBe(0);
  });

  it('has every change of those who write only what they have read', async () => {
    const lists = connection.collection<{ _id: string; entries: string[]; revision: number }>('lists');
    await lists.insertOne({ _id: 'one', entries: [], revision: 0 });
    const append = async (entry: string): Promise<void> => {
      for (;;) {
        const { entries, revision } = (await lists.findOne({ _id: 'one' }))!;
        const change = { $set: { entries: [...entries, entry], revision: revision + 1 } };
        if ((await lists.updateOne({ _id: 'one', revision }, change)).modifiedCount === 1) return;
      }
    };
    await inParallel(async (client) => {
      for (let turn = 0; turn < 20; turn += 1) await append(`${client}-${turn}`);
    });
    const { entries, revision } = (await lists.findOne({ _id: 'one' }))!;
    expect(new Set(entries).size).toBe(CLIENTS * 20);
    expect(revision).toBe(CLIENTS * 20);
  });

  it('is inserted by one of them, by its id and by any unique field', async () => {
    const claims = connection.collection<{ _id: string; serial: number; client: number }>('claims');
    await claims.createIndex({ serial: 1 }, { unique: true });
    for (let serial = 0; serial < 40; serial += 2) {
      const byId = await inParallel((client) =>
        insert(claims, { _id: `id-${serial}`, serial: serial + client * 1_000, client }),
      );
      const bySerial = await inParallel((client) =>
        insert(claims, { _id: `${serial}-${client}`, serial: serial + 1, client }),
      );
      for (const [filter, inserted] of [
        [{ _id: `id-${serial}` }, byId],
        [{ serial: serial + 1 }, bySerial],
      ] as const) {
        expect(inserted.filter(Boolean)).toHaveLength(1);
        expect((await claims.find(filter).toArray()).map(({ client }) => client)).toEqual([inserted.indexOf(true)]);
      }
    }
  });

  it('is upserted once, and every increment counts', async () => {
    const counters = connection.collection<{ _id: string; n: number }>('counters');
    await inParallel(async () => {
      for (let turn = 0; turn < 20; turn += 1) {
        await counters.findOneAndUpdate({ _id: `${turn}` }, { $inc: { n: 1 } }, { upsert: true });
      }
    });
    const all = await counters.find().toArray();
    expect(all.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, () => CLIENTS));
  });
});

describe('a collection', () => {
  it('has one document of an id, though many were the first to write to it', async () => {
    for (let turn = 0; turn < 30; turn += 1) {
      const fresh = connection.useDb(`fresh${turn}`).collection<{ _id: string; client: number }>('fresh');
      const inserted = await inParallel((client) => insert(fresh, { _id: 'one', client }));
      expect(inserted.filter(Boolean)).toHaveLength(1);
      expect((await fresh.find().toArray()).map(({ client }) => client)).toEqual([inserted.indexOf(true)]);
    }
  });

  it('has in an index what was written while the index was made', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      const grown = connection.collection<{ _id: string; owner: number }>(`grown${turn}`);
      await grown.insertMany(Array.from({ length: 5_000 }, (_, number) => ({ _id: `old-${number}`, owner: 0 })));
      await inParallel(async (client) => {
        if (client === 0) await grown.createIndex({ owner: 1 });
        else for (let n = 0; n < 20; n += 1) await grown.insertOne({ _id: `${client}-${n}`, owner: 1 });
      });
      expect(await grown.find({ owner: 1 }).toArray()).toHaveLength((CLIENTS - 1) * 20);
    }
  });
});
