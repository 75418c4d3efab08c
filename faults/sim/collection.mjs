import { change, inserted, matcher, projected, sorter } from './query.mjs';
import { StoreFault, handedOut, stored } from './store.mjs';

const DUPLICATE_KEY = 11_000;

/** @typedef {import('./query.mjs').Row} Row */

/** One collection as the driver shows it, in the subset that DESIGN §4 allows. */
export class Collection {
  /** @type {Map<string, Row>} */
  rows = new Map();
  /** Fields with a unique index, and where each value is. @type {Map<string, Map<any, string>>} */
  #unique = new Map();

  /** @param {string} name @param {import('./store.mjs').Database} database */
  constructor(name, database) {
    this.collectionName = name;
    this.database = database;
  }

  async createIndexes(/** @type {any[]} */ indexes) {
    for (const { key, unique } of indexes) {
      const [field = ''] = Object.keys(key);
      if (unique && !this.#unique.has(field)) this.#unique.set(field, new Map());
    }
    return [];
  }

  /** @param {Row} filter @param {any} [options] */
  find(filter = {}, options = {}) {
    const cursor = {
      sort: (/** @type {any} */ sort) => this.find(filter, { ...options, sort }),
      limit: (/** @type {number} */ limit) => this.find(filter, { ...options, limit }),
      toArray: () =>
        this.database.call('read', `${this.collectionName}.find`, () =>
          this.#look(filter, options).map((row) => handedOut(projected(row, options.projection))),
        ),
      async *[Symbol.asyncIterator]() {
        yield* await cursor.toArray();
      },
      close: async () => undefined,
    };
    return cursor;
  }

  async findOne(/** @type {Row} */ filter, /** @type {any} */ options = {}) {
    return (await this.find(filter, { ...options, limit: 1 }).toArray())[0] ?? null;
  }

  countDocuments(/** @type {Row} */ filter = {}) {
    return this.database.call('read', `${this.collectionName}.count`, () => this.#look(filter).length);
  }

  /** Sums by group, as the ledger asks for them. @param {any[]} stages */
  aggregate([{ $group }]) {
    const { _id: by, ...sums } = $group;
    const work = () => {
      const groups = new Map();
      for (const row of this.rows.values()) {
        const id = Object.fromEntries(Object.entries(by).map(([name, path]) => [name, row[String(path).slice(1)]]));
        const group = groups.get(JSON.stringify(id)) ?? { _id: id };
        groups.set(JSON.stringify(id), group);
        const increments = Object.entries(sums).map(([name, sum]) => [name, row[sum.$sum.slice(1)]]);
        change(group, { $inc: Object.fromEntries(increments) });
      }
      return [...groups.values()].map(handedOut);
    };
    return { toArray: () => this.database.call('read', `${this.collectionName}.aggregate`, work) };
  }

  insertOne(/** @type {Row} */ document) {
    return this.database.call('write', `${this.collectionName}.insertOne`, () => {
      this.#insert(stored(document));
      return { acknowledged: true, insertedId: document['_id'] };
    });
  }

  insertMany(/** @type {Row[]} */ documents, { ordered = true } = {}) {
    return this.bulkWrite(
      documents.map((document) => ({ insertOne: { document } })),
      { ordered },
    );
  }

  /** @param {Row} filter @param {Row} update @param {{ upsert?: boolean }} [options] */
  updateOne(filter, update, { upsert = false } = {}) {
    const operations = stored({ all: [{ updateOne: { filter, update, upsert } }] })['all'];
    return this.database.call('write', `${this.collectionName}.updateOne`, () => {
      const result = noResult();
      this.#apply(operations[0], result);
      return result;
    });
  }

  updateMany(/** @type {Row} */ filter, /** @type {Row} */ update) {
    return this.bulkWrite([{ updateMany: { filter, update } }]);
  }

  deleteMany(/** @type {Row} */ filter) {
    return this.database.call('write', `${this.collectionName}.deleteMany`, () => {
      const gone = this.#look(filter);
      for (const row of gone) this.rows.delete(row['_id']);
      return { deletedCount: gone.length };
    });
  }

  findOneAndUpdate(/** @type {Row} */ filter, /** @type {Row} */ update, /** @type {any} */ options = {}) {
    return this.database.call('write', `${this.collectionName}.findOneAndUpdate`, () => {
      const [row] = this.#look(filter, { limit: 1 });
      const before = row ? handedOut(row) : null;
      if (row) this.#change(row, stored(update));
      return options.returnDocument === 'after' && row ? handedOut(row) : before;
    });
  }

  /** @param {any[]} operations @param {{ ordered?: boolean }} [options] */
  bulkWrite(operations, { ordered = true } = {}) {
    const all = /** @type {any[]} */ (stored({ all: operations })['all']);
    const isClearing = all.every(({ updateOne }) => updateOne?.update.$pull?.outbox);
    const what = `${this.collectionName}.bulkWrite ${isClearing ? 'clear-outbox' : ''}`.trim();
    return this.database.call('write', what, (partly) => {
      const result = noResult();
      const writeErrors = [];
      for (const [index, operation] of (partly ? all.slice(0, all.length >> 1) : all).entries()) {
        try {
          this.#apply(operation, result);
        } catch (refusal) {
          if (!(refusal instanceof StoreFault)) throw refusal;
          writeErrors.push({ index, code: DUPLICATE_KEY });
          if (ordered) break;
        }
      }
      if (writeErrors.length === 0) return result;
      throw new StoreFault('MongoBulkWriteError', 'E11000 duplicate key', { code: DUPLICATE_KEY, writeErrors, result });
    });
  }

  /** @param {any} operation @param {ReturnType<typeof noResult>} result */
  #apply(operation, result) {
    if (operation.insertOne) {
      this.#insert(operation.insertOne.document);
      result.insertedCount += 1;
      return;
    }
    const { filter, update, upsert } = operation.updateOne ?? operation.updateMany;
    const rows = this.#look(filter, operation.updateOne ? { limit: 1 } : {});
    for (const row of rows) this.#change(row, rows.length > 1 ? structuredCopy(update) : update);
    result.matchedCount += rows.length;
    result.modifiedCount += rows.length;
    if (rows.length > 0 || !upsert) return;
    this.#insert(inserted(filter, update));
    result.upsertedCount += 1;
  }

  #insert(/** @type {Row} */ row) {
    const id = row['_id'];
    const taken = [...this.#unique].some(([field, places]) => places.has(row[field]));
    if (this.rows.has(id) || taken) {
      throw new StoreFault('MongoServerError', 'E11000 duplicate key', { code: DUPLICATE_KEY });
    }
    for (const [field, places] of this.#unique) places.set(row[field], id);
    this.rows.set(id, row);
    this.#remember(row);
  }

  #change(/** @type {Row} */ row, /** @type {Row} */ update) {
    const before = row['status'];
    change(row, update);
    if (row['status'] !== before) this.#remember(row);
  }

  #remember(/** @type {Row} */ { _id, status }) {
    if (status === undefined) return;
    this.database.history.push({ collection: this.collectionName, id: String(_id), status });
  }

  /** Where a unique index leads to. @param {Row} filter @returns {string[] | undefined} */
  #idsBy(filter) {
    for (const [field, places] of this.#unique) {
      const values = listOf(filter[field]);
      if (values) return values.flatMap((value) => places.get(value) ?? []);
    }
    return undefined;
  }

  /** @param {Row} wanted @param {{ sort?: any, limit?: number }} [options] @returns {Row[]} */
  #look(wanted, { sort, limit } = {}) {
    const filter = this.database.filterOf(this.collectionName, wanted);
    const { _id: id, ...rest } = filter;
    const ids = listOf(id) ?? this.#idsBy(rest);
    const test = matcher(listOf(id) ? rest : filter);
    /** @type {Row[]} */
    const candidates = ids
      ? [...new Set(ids)].flatMap((each) => this.rows.get(/** @type {string} */ (each)) ?? [])
      : [...this.rows.values()];
    const isEarly = !sort && limit;
    const found = [];
    for (const row of candidates) {
      if (!test(row)) continue;
      found.push(row);
      if (isEarly && found.length >= limit) return found;
    }
    if (sort) found.sort(sorter(sort));
    return limit ? found.slice(0, limit) : found;
  }
}

/** The values that a condition names one by one. @param {any} condition @returns {any[] | undefined} */
const listOf = (condition) => (typeof condition === 'string' ? [condition] : condition?.$in);

const noResult = () => ({
  acknowledged: true,
  matchedCount: 0,
  modifiedCount: 0,
  insertedCount: 0,
  upsertedCount: 0,
  deletedCount: 0,
  upsertedId: null,
  insertedIds: {},
});

/** An update may touch many rows; none may share its parts. @param {Row} update */
const structuredCopy = (update) => stored(update);
