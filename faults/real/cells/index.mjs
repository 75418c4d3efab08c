import { CABLES } from './cables.mjs';
import { DISKS } from './disks.mjs';
import { KILLS } from './kills.mjs';
import { MESSAGES } from './messages.mjs';
import { NETWORK } from './network.mjs';
import { PROCESSES } from './processes.mjs';
import { SCHEDULES } from './schedules.mjs';
import { SOAK } from './soak.mjs';
import { STORES } from './stores.mjs';
import { TERMINALS } from './terminals.mjs';
import { UPDATES } from './updates.mjs';

/**
 * The fault matrix, in the order in which it runs: small disks last, since their cells may cost the platform its end.
 * @type {import('../campaign.mjs').Cell[]}
 */
export const CELLS = [
  KILLS,
  STORES,
  NETWORK,
  CABLES,
  MESSAGES,
  PROCESSES,
  UPDATES,
  TERMINALS,
  SCHEDULES,
  SOAK,
  DISKS,
].flat();
