import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {import('../campaign.mjs').Cell} Cell */
/** @typedef {import('../campaign.mjs').Campaign} Campaign */
/** @typedef {import('../load.mjs').Misbehaviour} Misbehaviour */

const lost = () => new TypeError('the network of the terminal is gone');

/** Each sends the same stored bytes in the end; what happens before differs. @type {Record<string, Misbehaviour>} */
const WAYS = {
  'the answer is lost after the send': async (_terminal, send) => {
    await send();
    throw lost();
  },
  'the network is lost before the send': async () => {
    throw lost();
  },
  'two taps send the same bytes at the same moment': async (_terminal, send) => {
    const [one, other] = await Promise.all([send(), send()]);
    if (one.transactionId !== other.transactionId) throw new Error('the same bytes became two transactions');
    return one;
  },
  'five copies, one after another': async (_terminal, send) => {
    for (let copy = 1; copy < 5; copy += 1) await send();
    return send();
  },
  'the page is reloaded after the send, and sends again': async (terminal, send) => {
    await send();
    await terminal.reload();
    return send();
  },
  'the page is reloaded before the send': async (terminal, send) => {
    await terminal.reload();
    return send();
  },
};

const RUN_MS = 12_000;

/** @type {Cell} */
const faulty = {
  name: 'terminal-faults',
  what: `terminals that misbehave at two of three payments: ${Object.keys(WAYS).join('; ')}`,
  short: true,
  seconds: 30,
  run: async (campaign) => {
    const ways = Object.values(WAYS);
    campaign.load.misbehave = (terminal, send) =>
      // The last third goes through, so that a way that always loses the answer comes to an end.
      campaign.random.next() < 2 / 3 ? campaign.random.pick(ways)(terminal, send) : send();
    await delay(RUN_MS);
    campaign.load.misbehave = undefined;
    await campaign.recovered();
  },
};

/** Longer than it takes until every replica of the gateway knows. */
const KNOWN_MS = 2_000;
const ROUNDS = 4;

/** @type {Record<string, Misbehaviour>} */
const SIGNED_OUT = {
  'before it sends': async (terminal, send) => {
    await terminal.signOutFromElsewhere();
    await delay(KNOWN_MS);
    return send();
  },
  'while it sends': async (terminal, send) => (await Promise.all([send(), terminal.signOutFromElsewhere()]))[0],
  'after the 202': async (terminal, send) => {
    const ack = await send();
    await terminal.signOutFromElsewhere();
    return ack;
  },
};

/** @type {Cell} */
const signedOut = {
  name: 'terminals-signed-out',
  what: `terminals that their owners sign out for good ${Object.keys(SIGNED_OUT).join(', ')}: refused, or paid to the end`,
  seconds: 60,
  run: async (campaign) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const paid = await Promise.all(Object.values(SIGNED_OUT).map((way) => campaign.load.welcome(way)));
      const [before] = paid;
      if (before?.acks.length !== 0) throw new Error('a terminal paid that had been signed out for two seconds');
      const unanswered = paid.find(({ ended }) => ended?.startsWith('not within'));
      if (unanswered) throw new Error(`a signed-out terminal got no answer: ${unanswered.ended}`);
      await campaign.recovered();
    }
  },
};

/** @type {Cell[]} */
export const TERMINALS = [faulty, signedOut];
