import { ensureChromium } from '../infra/chromium.mjs';
import { StartupProblem } from '../infra/startup-problem.mjs';
import { exitCode, runJest, withInfra } from '../jest.mjs';

/** Most component tests need no browser: those of pages alone fail without one. */
const browser = async () => {
  try {
    return { CHROMIUM_PATH: await ensureChromium(console.error) };
  } catch (fault) {
    if (!(fault instanceof StartupProblem)) throw fault;
    console.error(fault.message);
    return {};
  }
};

/** @param {string[]} args of Jest @param {NodeJS.ProcessEnv} env where broker and database are */
export const runComponents = async (args, env) => runJest('component', args, { ...env, ...(await browser()) });

/** Component tests on a real broker and database; arguments go to Jest. */
export default async (/** @type {string[]} */ argv) => exitCode(await withInfra((env) => runComponents(argv, env)));
