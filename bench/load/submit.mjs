import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/**
 * One POST; resolves with its status once the answer is in.
 * @param {string} url @param {string} body @param {string} token
 * @returns {Promise<number>}
 */
export const post = (url, body, token) =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(body);
  });

/**
 * Everything at once, as many as the connections carry.
 * @param {string} url @param {readonly { body: string, token: string }[]} items
 */
export const postAll = async (url, items) => {
  const statuses = await Promise.all(items.map(({ body, token }) => post(url, body, token)));
  const refused = statuses.filter((status) => status !== 202);
  if (refused.length > 0) throw new Error(`${url} answered ${refused[0]} to ${refused.length} of ${items.length}`);
};
