import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../until.mjs';

/** @typedef {import('../campaign.mjs').Cell} Cell */

/** Less than a segment of the broker or a page run of the database needs. */
const LEFT_BYTES = 16_384;
const CHUNK = Buffer.alloc(262_144);

/** @param {string} folder @returns {string} the file that takes all the room */
const fill = (folder) => {
  const file = join(folder, 'filler');
  const { bavail, bsize } = statfsSync(folder);
  let room = bavail * bsize - LEFT_BYTES;
  for (; room > 0; room -= CHUNK.length)
    writeFileSync(file, CHUNK.subarray(0, Math.min(room, CHUNK.length)), { flag: 'a' });
  return file;
};

/** @param {import('../platform.mjs').Platform} platform @param {'broker' | 'database'} which */
const isUp = (platform, which) => {
  try {
    return process.kill(platform[which]?.pid ?? 0, 0);
  } catch {
    return false;
  }
};

/** @param {'broker' | 'database'} which @returns {Cell} */
const full = (which) => ({
  name: `disk-full-${which}`,
  what: `the disk of the ${which} is full for 10 s; its supervisor starts it again once there is room`,
  seconds: 60,
  disk: true,
  run: async (campaign) => {
    const { platform } = campaign;
    const file = fill(which === 'broker' ? platform.brokerDir : platform.databaseDir);
    await delay(10_000);
    rmSync(file, { force: true });
    const start = () => (which === 'broker' ? platform.startBroker() : platform.startDatabase());
    await until(`the ${which} is up`, async () => (isUp(platform, which) ? true : void (await start())), 60_000, 500);
    await campaign.recovered();
  },
});

/** @type {Cell[]} */
export const DISKS = [full('broker'), full('database')];
