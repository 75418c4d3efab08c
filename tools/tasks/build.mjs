import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, exists, run } from '../command.mjs';

const TERMINAL = 'clients/terminal-web';
/** What the bundle is made of; the lockfile stands for all libraries. */
const BUNDLED = [`${TERMINAL}/src`, `${TERMINAL}/public`, 'packages/card/src', 'packages/kernel/src'];
const BUNDLED_FILES = [`${TERMINAL}/index.html`, `${TERMINAL}/vite.config.ts`, 'package-lock.json'];

const changedAt = (/** @type {string} */ path) => statSync(join(ROOT, path)).mtimeMs;

const filesOf = (/** @type {string} */ folder) =>
  exists(folder)
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
    : [];

/** Vite makes the whole bundle each time: a start that changes nothing need not wait for it. */
const bundleIsFresh = () => {
  const made = join(TERMINAL, 'dist-web', 'index.html');
  if (!exists(made)) return false;
  const sources = [...BUNDLED.flatMap(filesOf), ...BUNDLED_FILES.filter((file) => exists(file))];
  return sources.every((source) => changedAt(source) < changedAt(made));
};

/** Compiles packages and services, then bundles the web terminal. */
export const build = async ({ quiet = false } = {}) => {
  if (!quiet) console.log('Compiling packages, services and clients with TypeScript.');
  const compiled = await run('tsc', ['-b'], { quiet });
  if (!compiled.ok || bundleIsFresh()) return compiled;
  if (!quiet) console.log('Bundling the web terminal with Vite.');
  return run('vite', ['build', '--logLevel', 'warn', TERMINAL, '--config', `${TERMINAL}/vite.config.ts`], { quiet });
};

export default async () => ((await build()).ok ? 0 : 1);
