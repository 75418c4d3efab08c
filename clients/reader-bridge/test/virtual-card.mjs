// A chip card for the virtual slot of vsmartcard-vpcd: a client that answers what the slot sends. Orders come by
// standard input, a line each: `insert NAME {options}`, `remove`. Runs on compiled code, for it runs outside Jest.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { TestChip } from '@openswipe/card/emv/test-chip';
import { testCard } from '@openswipe/card/test-cards';

const port = Number(process.argv[2]);
/** No historical bytes; T=0 alone, or T=1 alone with its check byte (ISO/IEC 7816-3, 8.2). */
const ATR = { t0: Buffer.from('3b00', 'hex'), t1: Buffer.from('3b800181', 'hex') };
/** Controls of one byte: power off, power on, reset, and the question for the ATR. */
const ATR_WANTED = 4;

/** @type {import('node:net').Socket | undefined} */
let slot;

/** @param {import('node:net').Socket} socket @param {Uint8Array} message */
const send = (socket, message) => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  socket.write(Buffer.concat([length, message]));
};

/** @param {string} name @param {{ byteProtocol?: boolean, removeAt?: number }} options */
const insert = (name, { removeAt = Infinity, ...options }) => {
  const chip = new TestChip(testCard(name), options);
  const socket = connect(port, '127.0.0.1');
  slot = socket;
  let commands = 0;
  let received = Buffer.alloc(0);
  const take = (/** @type {Buffer} */ message) => {
    if (message.length === 1) {
      if (message[0] === ATR_WANTED) send(socket, options.byteProtocol ? ATR.t0 : ATR.t1);
      else chip.reset();
    } else if (++commands >= removeAt) remove();
    else send(socket, chip.answer(Uint8Array.from(message)));
  };
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const message = received.subarray(2, end);
      received = received.subarray(end);
      take(message);
    }
  });
  // The slot is not there yet, or no longer.
  socket.on('error', () => slot === socket && setTimeout(() => slot === socket && insert(name, options), 100));
};

const remove = () => {
  slot?.destroy();
  slot = undefined;
};

createInterface(process.stdin)
  .on('line', (line) => {
    const [, order, name, options] = /^(\w+) ?([\w-]*) ?(.*)$/.exec(line) ?? [];
    remove();
    if (order === 'insert') insert(name ?? '', JSON.parse(options || '{}'));
  })
  .on('close', () => process.exit(0));
