import { BSON } from 'mongodb';
import mongoose from 'mongoose';
import { never } from './world.mjs';
import { owner } from './virtual-clock.mjs';
import { Collection } from './collection.mjs';

const DEADLINE_MS = 5_000;

/** As the driver names its failures: the services tell the world's fault from a record's by that. */
export class StoreFault extends Error {
  /** @param {string} name @param {string} message @param {object} [more] */
  constructor(name, message, more = {}) {
    super(message);
    this.name = name;
    Object.assign(this, more);
  }
}

/** The documents of one service: they outlive its processes. */
export class Database {
  /** @type {Map<string, Collection>} */
  collections = new Map();
  /** @type {{ collection: string, id: string, status: string }[]} Every change of a status, in order. */
  history = [];
  unreachableUntilMs = 0;
  /** Changes a filter before it is used: only planted bugs do. @type {((collection: string, filter: any) => any)} */
  filterOf = (_, filter) => filter;

  /** @param {import('./world.mjs').World} world @param {string} service */
  constructor(world, service) {
    this.world = world;
    this.service = service;
  }

  /** @param {string} name */
  collection(name) {
    const known = this.collections.get(name) ?? new Collection(name, this);
    this.collections.set(name, known);
    return known;
  }

  listCollections({ name = '' } = {}) {
    return { toArray: async () => (this.collections.has(name) ? [{ name }] : []) };
  }

  async createCollection(/** @type {string} */ name) {
    return this.collection(name);
  }

  /** All documents, as they are. @param {string} name @returns {any[]} */
  rows(name) {
    return [...this.collection(name).rows.values()];
  }

  /**
   * One call of a process: on its way, in effect, answered; each may fail.
   * @template T
   * @param {'read' | 'write'} kind
   * @param {string} what
   * @param {(partly: boolean) => T} work the effect; `partly`: half of it
   * @returns {Promise<T>}
   */
  async call(kind, what, work) {
    const { world } = this;
    const process = owner.getStore();
    if (process?.isDead) return never();
    const detail = `${this.service}.${what}`;
    await world.seam(kind === 'read' ? 'before-read' : 'before-effect', detail);
    const fault = this.#fault(kind);
    const answer = await this.#wire(fault, () => this.#arrive(work, fault, detail));
    await world.seam(kind === 'read' ? 'after-read' : 'after-effect', detail);
    if (what.endsWith('clear-outbox')) await world.seam('after-push', detail);
    return answer();
  }

  /** @returns {'refused' | 'lost' | 'partial' | 'slow' | undefined} */
  #fault(/** @type {'read' | 'write'} */ kind) {
    const { world, service } = this;
    if (world.plan.strikes(world, 'storeRefused', service)) return 'refused';
    if (world.plan.strikes(world, 'storeSlow', service)) return 'slow';
    if (kind === 'write' && world.plan.strikes(world, 'storeAnswerLost', service)) return 'lost';
    if (kind === 'write' && world.plan.strikes(world, 'storePartial', service)) return 'partial';
    return undefined;
  }

  /**
   * There and back. What is on the wire takes effect even where its sender has ended meanwhile.
   * @param {string | undefined} fault @param {() => { answer: () => any, delayMs: number }} arrive
   * @returns {Promise<() => any>}
   */
  #wire(fault, arrive) {
    const { clock, random } = this.world;
    const process = owner.getStore();
    const thereMs = fault === 'slow' ? random.whole(200, 5_000) : random.whole(0, 3);
    return new Promise((resolve) => {
      const work = () => {
        const { answer, delayMs } = arrive();
        clock.schedule(delayMs, () => resolve(answer), process);
      };
      clock.schedule(thereMs, work, null);
    });
  }

  /** @param {(partly: boolean) => any} work @param {string | undefined} fault @param {string} detail */
  #arrive(work, fault, detail) {
    const { world } = this;
    const isAway = world.clock.nowMs < this.unreachableUntilMs;
    if (!isAway && fault !== 'refused') {
      return { answer: this.#settle(work, fault, detail), delayMs: world.random.whole(0, 2) };
    }
    world.noteFault('store refused', detail);
    const answer = () => {
      throw new StoreFault('MongoServerSelectionError', 'no server');
    };
    return { answer, delayMs: isAway ? DEADLINE_MS : 1 };
  }

  /** @param {(partly: boolean) => any} work @param {string | undefined} fault @param {string} detail */
  #settle(work, fault, detail) {
    if (fault === 'lost' || fault === 'partial') this.world.noteFault(`store ${fault}`, detail);
    /** @type {() => any} */
    let answer;
    try {
      const result = work(fault === 'partial');
      this.world.note('store', detail);
      answer = () => result;
    } catch (refusal) {
      this.world.note('store refuses', detail);
      answer = () => {
        throw refusal;
      };
    }
    if (fault === 'lost' || fault === 'partial') {
      const name = detail.includes('bulk') ? 'MongoBulkWriteError' : 'MongoNetworkError';
      answer = () => {
        throw new StoreFault(name, 'connection closed');
      };
    }
    return answer;
  }
}

/** A connection as the services get it, over documents in memory. @param {Database} database */
export const connect = (database) => {
  const connection = mongoose.createConnection();
  Object.assign(connection, { db: database });
  /** @type {any} */ (connection).onOpen();
  return connection;
};

/** @param {any} document */
export const stored = (document) =>
  BSON.deserialize(BSON.serialize(document), { promoteLongs: false, promoteBuffers: false });

/** @param {any} row */
export const handedOut = (row) => BSON.deserialize(BSON.serialize(row), { promoteBuffers: false });
