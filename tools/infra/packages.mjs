import { spawnSync } from 'node:child_process';

/** @param {string[]} args */
const apt = (...args) => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: 'ignore', env }).status === 0;
};

/**
 * Installs Debian packages where this process may.
 * @param {string[]} packages
 * @returns {boolean} whether they are installed now
 */
export const installPackages = (packages) => {
  if (process.getuid?.() !== 0 || !apt('--version')) return false;
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
  return install() || (apt('update') && install());
};
