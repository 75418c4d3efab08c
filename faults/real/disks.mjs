import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const SIZE = '384m';

/** @param {string} command @param {string[]} args */
const works = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/**
 * A small disk for the broker and one for the database. Undefined where this process may not mount.
 * @param {string} dataDir
 * @returns {{ brokerDir: string, databaseDir: string, unmount: () => void } | undefined}
 */
export const mountSmallDisks = (dataDir) => {
  const folders = ['broker-disk', 'database-disk'].map((name) => join(dataDir, name));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const unmount = () => folders.forEach((folder) => works('umount', [folder]));
  if (!folders.every((folder) => works('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]))) {
    unmount();
    return undefined;
  }
  const [brokerDir = '', databaseDir = ''] = folders;
  return { brokerDir, databaseDir, unmount };
};
