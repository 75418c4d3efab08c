import { exitCode, runJest } from '../jest.mjs';

/** Unit tests; arguments go to Jest, such as `npm run unit -- packages/card`. */
export default async (/** @type {string[]} */ argv) => exitCode(await runJest('unit', argv));
