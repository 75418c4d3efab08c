import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { registry } from './instruments.js';

/**
 * Serves `/metrics` on a port of its own: the HTTP port of the edge is open to everybody, this one to Prometheus alone.
 * Rejects where the address cannot be listened on.
 */
export async function startMetricsServer(host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    registry.metrics().then(
      (text) => response.setHeader('content-type', registry.contentType).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  // A scraper must not keep a service alive that is done.
  server.unref();
  return server;
}
