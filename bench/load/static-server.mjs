import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES = /** @type {Record<string, string>} */ ({
  ...{ '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' },
  ...{ '.webmanifest': 'application/manifest+json', '.json': 'application/json', '.png': 'image/png' },
});

/**
 * Serves a built page below `prefix`, compressed; everything else is not found.
 * @param {string} folder @param {string} prefix @returns {Promise<{ url: string, close: () => void }>}
 */
export const serveFolder = (folder, prefix) =>
  new Promise((resolve) => {
    const server = createServer(({ url = '/' }, answer) => {
      const path = new URL(url, 'http://bench').pathname;
      const name = path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
      const file = join(folder, name === '' ? 'index.html' : (name ?? '?'));
      if (name === undefined || !existsSync(file) || !statSync(file).isFile()) {
        answer.writeHead(path.startsWith('/v1/') ? 401 : 404, { 'content-type': 'application/problem+json' });
        return answer.end('{"code":"GATEWAY.ACCESS_TOKEN_INVALID","status":401,"title":"No session"}');
      }
      const type = TYPES[extname(file)] ?? 'application/octet-stream';
      answer.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip', 'cache-control': 'no-store' });
      return answer.end(gzipSync(readFileSync(file)));
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      const close = () => {
        server.closeAllConnections();
        server.close();
      };
      resolve({ url: `http://127.0.0.1:${port}${prefix}`, close });
    });
  });
