import { createServer } from 'node:http';

/**
 * A shop's webhook endpoint: takes everything and remembers which order was told to be paid.
 * @returns {Promise<{ url: string, paid: Map<string, Set<string>>, stop: () => Promise<void> }>}
 *   paid: order id → ids of the deliveries that said so
 */
export const startWebhooks = () => {
  /** @type {Map<string, Set<string>>} */
  const paid = new Map();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { type, data } = JSON.parse(body);
      if (type === 'order.paid') {
        const told = paid.get(data.order.id) ?? new Set();
        paid.set(data.order.id, told.add(String(request.headers['webhook-id'])));
      }
      response.writeHead(204).end();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      const stop = () => new Promise((/** @type {(value: void) => void} */ done) => server.close(() => done()));
      resolve({ url: `http://127.0.0.1:${port}/webhooks`, paid, stop });
    });
  });
};
