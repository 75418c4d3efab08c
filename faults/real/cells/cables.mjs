import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {import('../campaign.mjs').Cell} Cell */
/** @typedef {import('../campaign.mjs').Campaign} Campaign */
/** @typedef {import('../cables.mjs').Cable} Cable */
/** @typedef {import('../cables.mjs').Lost} Lost */

/** Longer than the first deadlines (gRPC 5 s, Kafka 10 s), so that they fire. */
const LOST_MS = 12_000;

/** @param {Campaign} campaign @param {Iterable<Cable>} cables @param {Lost} lost */
const lose = async (campaign, cables, lost) => {
  const hurt = [...cables];
  for (const cable of hurt) cable.lose(lost);
  await delay(LOST_MS);
  for (const cable of hurt) cable.lose('none');
  await campaign.recovered();
};

/** @type {Cell} */
const inTurn = {
  name: 'lost-packets',
  what: 'one replica of each service in turn, in a network namespace of its own: for 12 s all packets are lost, then those to it, then those from it',
  seconds: 330,
  cables: true,
  run: async (campaign) => {
    for (const cable of campaign.platform.cables.values())
      for (const lost of /** @type {Lost[]} */ (['all', 'to', 'from'])) await lose(campaign, [cable], lost);
  },
};

/** @type {Cell} */
const together = {
  name: 'lost-packets-together',
  what: 'the same of one replica of each service at once, their twins go on',
  seconds: 100,
  cables: true,
  run: async (campaign) => {
    const cables = [...campaign.platform.cables.values()];
    for (const lost of /** @type {Lost[]} */ (['all', 'to', 'from'])) await lose(campaign, cables, lost);
  },
};

/** @type {Cell[]} */
export const CABLES = [inTurn, together];
