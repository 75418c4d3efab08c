import { exitCode, runJest, withInfra } from '../jest.mjs';

/** Component tests on a real broker and database; arguments go to Jest. */
export default async (/** @type {string[]} */ argv) =>
  exitCode(await withInfra((env) => runJest('component', argv, env)));
