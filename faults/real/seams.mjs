import http from 'node:http';
import { readdirSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { routeConnections } from './routes.mjs';
import { shiftClock } from './shifted-clock.mjs';

/**
 * Preloaded into each process of the platform (`node --import`). It wraps the doors through which a service reads and
 * writes: the driver's commands, Kafka's produce, batches and commits, answers over gRPC and HTTP, pushes. Each passage
 * has a name, and an armed one ends the process with SIGKILL at its n-th passage. Armed by OPENSWIPE_SEAMS
 * (lines of `name@passage`) or by a message of the parent.
 */

/** The libraries' insides have no types. @type {(name: string) => any} */
const load = createRequire(import.meta.url);

/** How many passages each armed seam has left. @type {Map<string, number>} */
const armed = new Map();
/** @type {Set<string>} */
const passed = new Set();

/** Instead of what was armed before. @param {string} text lines of `name@passage` */
const arm = (text) => {
  armed.clear();
  for (const line of text.split('\n').filter(Boolean)) {
    const at = line.lastIndexOf('@');
    armed.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
};

/** @param {string} name */
const pass = (name) => {
  if (!passed.has(name)) {
    passed.add(name);
    if (process.connected) process.send?.({ seam: name });
  }
  const left = armed.get(name);
  if (left === undefined) return;
  armed.set(name, left - 1);
  if (left > 1) return;
  writeSync(2, `killed at seam ${name}\n`);
  process.kill(process.pid, 'SIGKILL');
};

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify']);
const READS = new Set(['find', 'aggregate']);

const watchDatabase = () => {
  const { Connection } = load('mongodb/lib/cmap/connection.js');
  const { command } = Connection.prototype;
  Connection.prototype.command = async function (
    /** @type {unknown} */ ns,
    /** @type {Record<string, unknown>} */ sent,
    /** @type {any[]} */ ...rest
  ) {
    const verb = Object.keys(sent)[0] ?? '';
    const what = `${sent[verb]}.${verb}`;
    if (WRITES.has(verb)) pass(`before-effect:${what}`);
    const answer = await command.call(this, ns, sent, ...rest);
    if (WRITES.has(verb)) pass(`after-effect:${what}`);
    if (READS.has(verb)) pass(`after-read:${what}`);
    return answer;
  };
};

const short = (/** @type {string} */ topic) => topic.replace(/\.v\d+$/, '').replace(/\.v\d+\.(\w+)\.dlt$/, '.$1.dlt');

const watchKafka = () => {
  const { Kafka } = load('kafkajs');
  const { producer, consumer } = Kafka.prototype;
  Kafka.prototype.producer = function (/** @type {unknown[]} */ ...options) {
    const made = producer.apply(this, options);
    const { sendBatch } = made;
    made.sendBatch = async (/** @type {{ topicMessages: { topic: string }[] }} */ batch) => {
      for (const { topic } of batch.topicMessages) pass(`before-produce:${short(topic)}`);
      const answer = await sendBatch(batch);
      for (const { topic } of batch.topicMessages) pass(`after-produce:${short(topic)}`);
      return answer;
    };
    return made;
  };
  Kafka.prototype.consumer = function (/** @type {unknown[]} */ ...options) {
    const made = consumer.apply(this, options);
    const { commitOffsets, run } = made;
    made.commitOffsets = async (/** @type {{ topic: string }[]} */ offsets) => {
      for (const { topic } of offsets) pass(`before-commit:${short(topic)}`);
      const answer = await commitOffsets(offsets);
      for (const { topic } of offsets) pass(`after-commit:${short(topic)}`);
      return answer;
    };
    made.run = (/** @type {any} */ config) => run(watchReads(config));
    return made;
  };
};

const watchReads = (/** @type {any} */ { eachBatch, eachMessage, ...config }) => ({
  ...config,
  ...(eachBatch && {
    eachBatch: (/** @type {any} */ payload) => {
      if (payload.batch.messages.length > 0) pass(`before-read:${short(payload.batch.topic)}`);
      return eachBatch(payload);
    },
  }),
  ...(eachMessage && {
    eachMessage: (/** @type {any} */ payload) => {
      pass(`before-read:${short(payload.topic)}`);
      return eachMessage(payload);
    },
  }),
});

/** The answer is on the wire, or nearly: the caller may or may not have it. */
const SENT_MS = 5;

const watchGrpc = () => {
  const { Server } = load('@grpc/grpc-js');
  const { register } = Server.prototype;
  Server.prototype.register = function (
    /** @type {string} */ path,
    /** @type {any} */ handler,
    /** @type {any[]} */ ...rest
  ) {
    const method = path.slice(path.lastIndexOf('/') + 1);
    const watched = (/** @type {any} */ call, /** @type {any} */ callback) =>
      handler(call, (/** @type {unknown[]} */ ...answer) => {
        pass(`before-answer:${method}`);
        callback(...answer);
        setTimeout(() => pass(`after-answer:${method}`), SENT_MS);
      });
    return register.call(this, path, rest.at(-1) === 'unary' ? watched : handler, ...rest);
  };
};

const ID = /\/[a-z]{3}_[0-9a-f]{32}/g;

const watchHttp = () => {
  const { end, write } = http.ServerResponse.prototype;
  http.ServerResponse.prototype.end = function (/** @type {any[]} */ ...body) {
    const { method, url = '' } = this.req ?? {};
    if (method !== 'POST') return end.apply(this, /** @type {any} */ (body));
    const what = `POST ${url.split('?')[0]?.replace(ID, '/:id')}`;
    pass(`before-answer:${what}`);
    setTimeout(() => pass(`after-answer:${what}`), SENT_MS);
    return end.apply(this, /** @type {any} */ (body));
  };
  http.ServerResponse.prototype.write = function (/** @type {any[]} */ ...chunk) {
    const event = /^(?:id: .*\n)?event: (order|transaction)\n/.exec(String(chunk[0]))?.[1];
    if (event) pass(`before-push:${event}`);
    const written = write.apply(this, /** @type {any} */ (chunk));
    if (event) setTimeout(() => pass(`after-push:${event}`), SENT_MS);
    return written;
  };
  const { end: call } = http.ClientRequest.prototype;
  http.ClientRequest.prototype.end = function (/** @type {any[]} */ ...body) {
    pass('before-push:webhook');
    this.once('response', () => pass('after-push:webhook'));
    return call.apply(this, /** @type {any} */ (body));
  };
};

/** What it holds once the garbage is collected: bytes of heap, and open files and sockets. */
const weigh = () => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return { heap: process.memoryUsage().heapUsed, handles: readdirSync('/proc/self/fd').length };
};

routeConnections(process.env['OPENSWIPE_ROUTES'] ?? '{}');
watchDatabase();
watchKafka();
watchGrpc();
watchHttp();
arm(process.env['OPENSWIPE_SEAMS'] ?? '');

if (process.channel) {
  process.on('message', (/** @type {{ arm?: string, clockMs?: number, weigh?: true }} */ message) => {
    if (message.arm !== undefined) arm(message.arm);
    if (message.clockMs !== undefined) shiftClock(message.clockMs);
    if (message.weigh) process.send?.({ weight: weigh() });
  });
  // It ends with whoever started it, however that one ends.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
