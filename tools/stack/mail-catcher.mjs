import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

/**
 * A local SMTP server that delivers to nobody: every message becomes a file in `folder`.
 * @param {{ port: number, folder: string }} options
 * @returns {Promise<{ url: string, folder: string, stop: () => Promise<void> }>}
 */
export const startMailCatcher = ({ port, folder }) => {
  mkdirSync(folder, { recursive: true });
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, session, done) => {
      /** @type {Buffer[]} */
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => {
        const [to] = session.envelope.rcptTo;
        count += 1;
        const name = `${Date.now()}-${count}-${(to?.address ?? 'nobody').replace(/[^a-z0-9@.-]/gi, '_')}.eml`;
        writeFileSync(join(folder, name), Buffer.concat(chunks));
        done();
      });
    },
  });
  server.on('error', () => undefined); // A client that hangs up is not this server's end.
  return new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const stop = () => new Promise((/** @type {(value: void) => void} */ done) => server.close(() => done()));
      resolve({ url: `smtp://127.0.0.1:${port}`, folder, stop });
    });
  });
};
