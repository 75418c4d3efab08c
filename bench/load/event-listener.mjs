import { get } from 'node:http';

/**
 * Listens to an event stream and remembers when each event came, by what `keyOf` makes of it (undefined: no interest).
 * @param {string} url @param {string} token @param {(event: string, data: any) => string | undefined} keyOf
 */
export const listen = async (url, token, keyOf) => {
  /** @type {Map<string, number>} */
  const heard = new Map();
  const { promise: begun, resolve, reject } = Promise.withResolvers();
  const sent = get(url, { headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' } }, (answer) => {
    if (answer.statusCode !== 200) return reject(new Error(`${url} answered ${answer.statusCode}`));
    let rest = '';
    answer.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      const at = performance.now();
      const frames = (rest + text).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const [, event, data] = /^event: (.*)\ndata: (.*)$/m.exec(frame) ?? [];
        const key = event && data ? keyOf(event, JSON.parse(data)) : undefined;
        if (key !== undefined && !heard.has(key)) heard.set(key, at);
      }
    });
    return resolve(undefined);
  });
  sent.once('error', reject);
  await begun;
  return { heard, close: () => sent.destroy() };
};
