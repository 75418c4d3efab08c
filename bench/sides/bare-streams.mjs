import { createServer } from 'node:http';
import { residentBytesOf } from '../processes.mjs';
import { serve } from './serve.mjs';

/** @type {Set<import('node:http').ServerResponse>} */
const open = new Set();
const server = createServer((_, answer) => {
  answer.writeHead(200, { 'content-type': 'text/event-stream' });
  answer.write('retry: 2000\n\n');
  open.add(answer);
  answer.once('close', () => open.delete(answer));
});
const [host, port] = (process.env['HTTP_LISTEN'] ?? '').split(':');
await new Promise((resolve) => server.listen(Number(port), host, () => resolve(undefined)));

serve({
  resident: () => {
    globalThis.gc?.();
    return residentBytesOf(process.pid);
  },
});
