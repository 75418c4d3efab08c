import { createRequire } from 'node:module';

/**
 * Preloaded into a replica, it makes a newer version of it: every record that it publishes, every document that it
 * writes and every call that it makes or answers has a field more than the version beside it knows.
 */

/** The libraries' insides have no types. @type {(name: string) => any} */
const load = createRequire(import.meta.url);

const TEXT = Buffer.from('newer');
/** Field 15000, length-delimited, as protocol buffers write it. */
const FIELD = Buffer.concat([Buffer.from([0xc2, 0xa9, 0x07, TEXT.length]), TEXT]);
const DOCUMENT_FIELD = { newerVersionNote: 'newer' };

const isRecord = (/** @type {{ topic: string }} */ { topic }) => !topic.endsWith('.dlt');

const publishMore = () => {
  const { Kafka } = load('kafkajs');
  const { producer } = Kafka.prototype;
  Kafka.prototype.producer = function (/** @type {unknown[]} */ ...options) {
    const made = producer.apply(this, options);
    const { sendBatch } = made;
    const more = (/** @type {any} */ message) => ({ ...message, value: Buffer.concat([message.value, FIELD]) });
    made.sendBatch = (/** @type {any} */ batch) => {
      const topicMessages = batch.topicMessages.map((/** @type {any} */ each) =>
        isRecord(each) ? { ...each, messages: each.messages.map(more) } : each,
      );
      return sendBatch({ ...batch, topicMessages });
    };
    return made;
  };
};

const withMore = (/** @type {any} */ update) =>
  Array.isArray(update) ? update : { ...update, $set: { ...update.$set, ...DOCUMENT_FIELD } };

/** The driver's own kind of list in larger commands has the documents inside. @returns {any[]} */
const listed = (/** @type {any} */ list) => list.documents ?? list;

/** What mongoose gives the driver may be a document of its own. */
const plain = (/** @type {any} */ document) => document.toBSON?.() ?? document;

/** By the command's own words. @type {Record<string, (sent: any) => any>} */
const WRITES = {
  insert: (sent) => ({
    ...sent,
    documents: listed(sent.documents).map((/** @type {any} */ each) => ({ ...plain(each), ...DOCUMENT_FIELD })),
  }),
  update: (sent) => ({
    ...sent,
    updates: listed(sent.updates).map((/** @type {any} */ each) => ({ ...each, u: withMore(each.u) })),
  }),
  findAndModify: (sent) => (sent.update ? { ...sent, update: withMore(sent.update) } : sent),
};

const writeMore = () => {
  const { Connection } = load('mongodb/lib/cmap/connection.js');
  const { command } = Connection.prototype;
  Connection.prototype.command = function (
    /** @type {unknown} */ ns,
    /** @type {Record<string, unknown>} */ sent,
    /** @type {any[]} */ ...rest
  ) {
    const more = WRITES[Object.keys(sent)[0] ?? ''];
    return command.call(this, ns, more ? more(sent) : sent, ...rest);
  };
};

const sayMore = () => {
  const { Client, Server } = load('@grpc/grpc-js');
  const longer = (/** @type {(value: unknown) => Buffer} */ serialize) => (/** @type {unknown} */ value) =>
    Buffer.concat([serialize(value), FIELD]);
  const { register } = Server.prototype;
  Server.prototype.register = function (
    /** @type {string} */ path,
    /** @type {any} */ handler,
    /** @type {any} */ serialize,
    /** @type {any[]} */ ...rest
  ) {
    return register.call(this, path, handler, longer(serialize), ...rest);
  };
  const { makeUnaryRequest } = Client.prototype;
  Client.prototype.makeUnaryRequest = function (
    /** @type {string} */ path,
    /** @type {any} */ serialize,
    /** @type {any[]} */ ...rest
  ) {
    return makeUnaryRequest.call(this, path, longer(serialize), ...rest);
  };
};

publishMore();
writeMore();
sayMore();
