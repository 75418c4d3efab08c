import { cut } from './network.mjs';

/** @typedef {import('../campaign.mjs').Cell} Cell */

const LOSSES = /** @type {const} */ (['all', 'to', 'from']);

/** @type {Cell} */
const inTurn = {
  name: 'lost-packets',
  what: 'one replica of each service in turn, in a network namespace of its own: for 12 s all packets are lost, then those to it, then those from it',
  seconds: 330,
  cables: true,
  run: async (campaign) => {
    for (const cable of campaign.platform.cables.values())
      for (const lost of LOSSES) await cut(campaign, [cable], lost);
  },
};

/** @type {Cell} */
const together = {
  name: 'lost-packets-together',
  what: 'the same of one replica of each service at once, their twins go on',
  seconds: 100,
  cables: true,
  run: async (campaign) => {
    for (const lost of LOSSES) await cut(campaign, [...campaign.platform.cables.values()], lost);
  },
};

/** @type {Cell[]} */
export const CABLES = [inTurn, together];
