import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

/** @typedef {{ to: string, at: string, file: string }} Mail */
/** @typedef {{ to: string, at: string, text: string }} TextMessage */

const TEXT_BYTES_MAX = 10_000;

/** @param {string} folder @param {Mail[]} mails */
const smtpServer = (folder, mails) => {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, session, done) => {
      /** @type {Buffer[]} */
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo[0]?.address ?? 'nobody';
        const name = `${Date.now()}-${mails.length + 1}-${to.replace(/[^a-z0-9@.-]/gi, '_')}.eml`;
        writeFileSync(join(folder, name), Buffer.concat(chunks));
        mails.push({ to, at: new Date().toISOString(), file: join(folder, name) });
        done();
      });
    },
  });
  server.on('error', () => undefined); // A client that hangs up is not this server's end.
  return server;
};

const escape = (/** @type {string} */ text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** @param {Mail[]} mails @param {TextMessage[]} texts */
const page = (mails, texts) => {
  const row = (/** @type {string[]} */ cells) => `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`;
  const table = (/** @type {string[]} */ rows) => `<table cellpadding="6">${rows.reverse().join('')}</table>`;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">',
    '<title>Caught messages</title></head><body style="font-family:sans-serif"><h1>Caught messages</h1>',
    '<p>Nothing is sent to anybody: the SMS gateway is a fake, the mail server keeps what it gets.</p>',
    `<h2>Text messages</h2>${table(texts.map(({ at, to, text }) => row([at, to, text])))}`,
    `<h2>E-mails</h2>${table(mails.map(({ at, to, file }) => row([at, to, file])))}</body></html>`,
  ].join('');
};

/** @param {import('node:http').IncomingMessage} request @returns {Promise<{ to: string, text: string } | undefined>} */
const readText = async (request) => {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > TEXT_BYTES_MAX) return undefined;
  }
  const { to, text } = JSON.parse(body);
  return typeof to === 'string' && typeof text === 'string' ? { to, text } : undefined;
};

/**
 * A fake SMS gateway, `POST /sms {to, text}` with its bearer token; and what was caught, as a page and as JSON.
 * @param {string} token @param {Mail[]} mails @param {TextMessage[]} texts
 */
const webServer = (token, mails, texts) =>
  createServer(async (request, response) => {
    const answer = (/** @type {number} */ status, /** @type {string} */ type = 'text/plain', body = '') =>
      response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
    // Another name for this address would be somebody else's page in the browser (DNS rebinding).
    if (!/^(127\.0\.0\.1|localhost):\d+$/.test(request.headers.host ?? '')) return answer(421);
    const route = `${request.method} ${request.url}`;
    if (route === 'GET /') return answer(200, 'text/html', page(mails, texts));
    if (route === 'GET /messages.json') return answer(200, 'application/json', JSON.stringify({ mails, texts }));
    if (route !== 'POST /sms') return answer(404);
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401);
    const message = await readText(request).catch(() => undefined);
    if (message) texts.push({ ...message, at: new Date().toISOString() });
    return answer(message ? 202 : 400);
  });

/**
 * A local SMTP server and a fake SMS gateway that deliver to nobody: every e-mail becomes a file in `folder`, and a
 * page shows them and the text messages.
 * @param {{ port: number, folder: string, webPort?: number }} options webPort: 0, the default, picks a free one
 * @returns {Promise<{ url: string, folder: string, page: string, sms: { url: string, token: string },
 *   stop: () => Promise<void> }>}
 */
export const startMailCatcher = async ({ port, folder, webPort = 0 }) => {
  mkdirSync(folder, { recursive: true });
  /** @type {Mail[]} */ const mails = [];
  /** @type {TextMessage[]} */ const texts = [];
  const token = randomBytes(16).toString('hex');
  const smtp = smtpServer(folder, mails);
  const web = webServer(token, mails, texts);
  await new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
    smtp.server.once('error', reject);
    smtp.listen(port, '127.0.0.1', () => resolve());
  });
  await new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
    web.once('error', reject);
    web.listen(webPort, '127.0.0.1', () => resolve());
  });
  const { port: bound } = /** @type {import('node:net').AddressInfo} */ (web.address());
  const page = `http://127.0.0.1:${bound}/`;
  const closed = (/** @type {{ close: (done: () => void) => unknown }} */ server) =>
    new Promise((/** @type {(value: void) => void} */ done) => void server.close(() => done()));
  const stop = async () => {
    web.closeAllConnections();
    await Promise.all([closed(smtp), closed(web)]);
  };
  return { url: `smtp://127.0.0.1:${port}`, folder, page, sms: { url: `${page}sms`, token }, stop };
};
