import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { installPackages } from './packages.mjs';
import { StartupProblem } from './startup-problem.mjs';

const onPath = (/** @type {string} */ name) => {
  const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8', env: process.env });
  return found.status === 0 ? found.stdout.trim() : undefined;
};

const find = () => {
  if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium';
  return onPath('chromium') ?? onPath('google-chrome') ?? onPath('chromium-browser');
};

/**
 * The Chromium that the browser journeys drive: CHROMIUM_PATH, or one that is installed, or one installed now from
 * Debian where this process may.
 * @param {(sentence: string) => void} [onProgress]
 * @returns {Promise<string>} path of the executable
 * @throws {StartupProblem} CHROMIUM_MISSING
 */
export const ensureChromium = async (onProgress = () => undefined) => {
  const given = process.env['CHROMIUM_PATH'];
  if (given) {
    if (existsSync(given)) return given;
    throw new StartupProblem('CHROMIUM_MISSING', `CHROMIUM_PATH names ${given}, where there is no file.`);
  }
  const there = find();
  if (there) return there;
  onProgress('Installing Chromium and a font for Chinese text (about 350 MB, once).');
  installPackages(['chromium', 'fonts-noto-cjk']);
  const installed = find();
  if (installed) return installed;
  const advice = 'install it (on Debian: chromium and fonts-noto-cjk) or set CHROMIUM_PATH';
  throw new StartupProblem('CHROMIUM_MISSING', `The browser journeys need Chromium: ${advice}.`);
};
