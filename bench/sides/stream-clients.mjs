import { connect } from 'node:net';
import { serve } from './serve.mjs';

const AT_ONCE = 100;
/** @type {import('node:net').Socket[]} */
const open = [];

/** Resolves when the stream has begun. @param {number} port @param {string} path @param {string} token */
const openOne = (port, path, token) =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\nAccept: text/event-stream\r\n\r\n`,
      ),
    );
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('a stream was closed')));
    socket.once('data', (bytes) => {
      const [line = ''] = bytes.toString('latin1').split('\r\n');
      if (!line.includes(' 200 ')) return reject(new Error(`a stream was refused: ${line}`));
      socket.on('data', () => undefined);
      return resolve(open.push(socket));
    });
  });

serve({
  open: async ({ port, path, tokens }) => {
    for (let from = 0; from < tokens.length; from += AT_ONCE) {
      await Promise.all(
        tokens.slice(from, from + AT_ONCE).map((/** @type {string} */ token) => openOne(port, path, token)),
      );
    }
    return open.length;
  },
});
