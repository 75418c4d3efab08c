/** @typedef {import('./invariants.mjs').Seen} Seen */

/** I7: nothing waits to be read or to be published. @param {Seen} seen */
export const unreadProblems = ({ unread, unsent }) => [
  ...unread.map((group) => `group ${group} is behind`),
  ...unsent.map((collection) => `${collection} holds events that were not published`),
];

/** I7: what cannot be handled is buried with its reason, and nothing else is. @param {Seen} seen */
export const deadLetterProblems = ({ records, poison }) => {
  const letters = records.filter(({ topic }) => topic.endsWith('.dlt'));
  const buried = new Set(letters.map(({ topic, headers }) => `${topic} ${headers['dead-letter-origin']}`));
  const origins = new Set(poison.map(({ origin }) => origin));
  const missing = poison.flatMap(({ origin, topic, groups }) =>
    groups
      .filter((group) => !buried.has(`${topic}.${group}.dlt ${origin}`))
      .map((group) => `${group} neither handled nor buried ${origin}`),
  );
  const unfair = letters
    .filter(({ headers }) => !origins.has(headers['dead-letter-origin']))
    .map(({ topic, headers }) => `${topic} has an honest record: ${headers['dead-letter-reason']}`);
  const silent = letters
    .filter(({ headers }) => !headers['dead-letter-reason'])
    .map(({ topic }) => `${topic} has a record without a reason`);
  return [...missing, ...unfair, ...silent];
};

/** Digits two in a byte. @param {string} digits */
const packed = (digits) => Buffer.from(digits.length % 2 ? `${digits}f` : digits, 'hex').toString('latin1');

const escaped = (/** @type {string} */ text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** I9: no number of a card in clear: as text, packed, hexadecimal of the text, or base64. @param {Seen} seen */
export const leakProblems = ({ bytes, secrets }) => {
  const forms = secrets.flatMap((secret) => [
    secret,
    // One that ends in zeros reads like an amount of eight bytes.
    ...(secret.endsWith('00000000') ? [] : [packed(secret)]),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64').slice(0, -4),
  ]);
  const any = new RegExp(forms.map(escaped).join('|'));
  const places = new Set();
  for (const [place, content] of bytes()) {
    if (any.test(Buffer.from(content).toString('latin1'))) places.add(place);
  }
  return [...places].map((place) => `the number of a card is in ${place}`);
};
