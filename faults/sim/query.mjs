import { Binary, Long } from 'mongodb';

/** @typedef {Record<string, any>} Row */

/** A value that compares: int64 as bigint, times as milliseconds, bytes as hexadecimal digits. @param {any} value */
const comparable = (value) => {
  if (value === undefined || value === null) return null;
  if (Long.isLong(value)) return value.toBigInt();
  if (value instanceof Date) return value.getTime();
  if (value instanceof Binary) return Buffer.from(value.buffer).toString('hex');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
};

/** @param {any} one @param {any} other */
const isEqual = (one, other) => {
  const a = comparable(one);
  const b = comparable(other);
  // Numbers of different types are equal by value.
  if (typeof a === 'object' && a !== null) return JSON.stringify(a) === JSON.stringify(b);
  // eslint-disable-next-line eqeqeq
  return a === b || (typeof a !== typeof b && isNumeric(a) && isNumeric(b) && a == b);
};

const isNumeric = (/** @type {any} */ value) => typeof value === 'number' || typeof value === 'bigint';

/** Everything that the path leads to; arrays on the way stand for each of their elements. */
export const valuesAt = (/** @type {any} */ value, /** @type {readonly string[]} */ path, at = 0) => {
  if (at === path.length) return Array.isArray(value) ? [value, ...value] : [value];
  if (value === null || typeof value !== 'object') return [];
  const name = /** @type {string} */ (path[at]);
  /** @type {any[]} */
  const found = name in value ? valuesAt(value[name], path, at + 1) : [];
  if (Array.isArray(value) && !/^\d+$/.test(name)) {
    for (const each of value) found.push(...valuesAt(each, path, at));
  }
  return found;
};

/** @type {Record<string, (values: any[], wanted: any) => boolean>} */
const OPERATORS = {
  $eq: (values, wanted) => values.some((value) => isEqual(value, wanted)) || (values.length === 0 && wanted === null),
  $ne: (values, wanted) => !OPERATORS['$eq']?.(values, wanted),
  $in: (values, wanted) => wanted.some((/** @type {any} */ each) => OPERATORS['$eq']?.(values, each)),
  $nin: (values, wanted) => !OPERATORS['$in']?.(values, wanted),
  $exists: (values, wanted) => values.length > 0 === Boolean(wanted),
  $lt: (values, wanted) => values.some((value) => order(value, wanted) < 0),
  $lte: (values, wanted) => values.some((value) => order(value, wanted) <= 0),
  $gt: (values, wanted) => values.some((value) => order(value, wanted) > 0),
  $gte: (values, wanted) => values.some((value) => order(value, wanted) >= 0),
};

/** NaN where the two do not compare. @param {any} one @param {any} other */
const order = (one, other) => {
  const a = comparable(one);
  const b = comparable(other);
  const comparableTypes = typeof a === typeof b || (isNumeric(a) && isNumeric(b));
  if (a === null || b === null || !comparableTypes) return NaN;
  if (a < b) return -1;
  return a > b ? 1 : 0;
};

const isOperators = (/** @type {any} */ condition) =>
  condition !== null && typeof condition === 'object' && Object.keys(condition).some((key) => key.startsWith('$'));

/** Only what DESIGN §4 allows; anything else is refused loudly. @param {Row} filter @returns {(row: Row) => boolean} */
export const matcher = (filter) => {
  const tests = Object.entries(filter).map(([field, condition]) => {
    if (field === '$or') {
      const any = condition.map(matcher);
      return (/** @type {Row} */ row) => any.some((/** @type {any} */ each) => each(row));
    }
    if (field === '$and') {
      const all = condition.map(matcher);
      return (/** @type {Row} */ row) => all.every((/** @type {any} */ each) => each(row));
    }
    if (field.startsWith('$')) throw new Error(`the store does not know ${field}`);
    const path = field.split('.');
    const wanted = isOperators(condition) ? Object.entries(condition) : [['$eq', condition]];
    const checks = wanted.map(([name, value]) => [operator(/** @type {string} */ (name)), value]);
    return (/** @type {Row} */ row) => {
      const values = path.length === 1 && !(field in row) ? [] : valuesAt(row, path);
      return checks.every(([check, value]) => /** @type {any} */ (check)(values, value));
    };
  });
  return (row) => tests.every((test) => test(row));
};

const operator = (/** @type {string} */ name) => {
  const known = OPERATORS[name];
  if (!known) throw new Error(`the store does not know ${name}`);
  return known;
};

/** The object that holds the last part of the path. @param {Row} row @param {string} field @returns {[any, string]} */
const holder = (row, field) => {
  const path = field.split('.');
  const last = /** @type {string} */ (path.pop());
  let at = row;
  for (const name of path) at = at[name] ??= {};
  return [at, last];
};

const asLong = (/** @type {any} */ value) => (typeof value === 'bigint' ? Long.fromBigInt(value) : value);

/** @param {any} before @param {any} by */
const added = (before, by) => {
  if (Long.isLong(before) || Long.isLong(by)) {
    return Long.fromBigInt(BigInt(String(before ?? 0)) + BigInt(String(by)));
  }
  return (before ?? 0) + by;
};

/** @type {Record<string, (at: any, name: string, value: any) => void>} */
const CHANGES = {
  $set: (at, name, value) => void (at[name] = value),
  $setOnInsert: () => undefined,
  $unset: (at, name) => void delete at[name],
  $inc: (at, name, value) => void (at[name] = added(at[name], asLong(value))),
  $push: (at, name, value) => {
    const { $each = [value], $slice } = value?.$each ? value : {};
    const all = [...(at[name] ?? []), ...$each];
    at[name] = $slice === undefined ? all : all.slice($slice);
  },
  $addToSet: (at, name, value) => {
    const set = (at[name] ??= []);
    if (!set.some((/** @type {any} */ each) => isEqual(each, value))) set.push(value);
  },
  $pull: (at, name, value) => {
    const gone = value !== null && typeof value === 'object' ? matcher(value) : undefined;
    const stays = (/** @type {any} */ each) => !(gone ? gone(each) : isEqual(each, value));
    if (at[name]) at[name] = at[name].filter(stays);
  },
};

/** Changes the row where it is. @param {Row} row @param {Row} update */
export const change = (row, update) => {
  for (const [name, fields] of Object.entries(update)) {
    const make = CHANGES[name];
    if (!make) throw new Error(`the store does not know ${name}`);
    for (const [field, value] of Object.entries(/** @type {Row} */ (fields))) {
      const [at, last] = holder(row, field);
      make(at, last, value);
    }
  }
};

/** What an upsert inserts. @param {Row} filter @param {Row} update */
export const inserted = (filter, update) => {
  /** @type {Row} */
  const row = {};
  for (const [field, value] of Object.entries(filter)) if (!isOperators(value)) row[field] = value;
  change(row, { $set: update['$setOnInsert'] ?? {} });
  const { $setOnInsert: _, ...rest } = update;
  change(row, rest);
  return row;
};

/** @param {Row} spec 1 or -1 by field @returns {(one: Row, other: Row) => number} */
export const sorter = (spec) => (one, other) => {
  for (const [field, direction] of Object.entries(spec)) {
    const path = field.split('.');
    const way = order(valuesAt(one, path)[0], valuesAt(other, path)[0]);
    if (way !== 0 && !Number.isNaN(way)) return way * Number(direction);
  }
  return 0;
};

/** @param {Row} row @param {Row | undefined} fields */
export const projected = (row, fields) => {
  const names = Object.entries(fields ?? {});
  if (names.length === 0) return row;
  const isInclusion = names.some(([name, on]) => name !== '_id' && on);
  const keep = (/** @type {string} */ name) =>
    isInclusion ? name === '_id' || Boolean(fields?.[name]) : fields?.[name] === undefined || Boolean(fields[name]);
  return Object.fromEntries(Object.entries(row).filter(([name]) => keep(name)));
};
