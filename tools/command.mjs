import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** The root of the repository. */
export const ROOT = resolve(import.meta.dirname, '..');
/** Scratch space of the tools; ignored by git. */
export const SCRATCH = join(ROOT, '.openswipe');

/** @param {string[]} parts */
export const exists = (...parts) => existsSync(join(ROOT, ...parts));

/** A variable list with node_modules/.bin first on the PATH. */
export const withBinaries = (/** @type {NodeJS.ProcessEnv} */ env) => {
  const binaries = join(ROOT, 'node_modules', '.bin');
  const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== binaries);
  return { ...env, PATH: [binaries, ...path].join(delimiter) };
};

/**
 * Runs a program to its end, in the root unless told.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, quiet?: boolean }} [options] quiet: collect the output, show none
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export const run = (command, args, { env = {}, cwd = ROOT, quiet = false } = {}) =>
  new Promise((resolve_) => {
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    const child = spawn(command, args, { cwd, env: withBinaries({ ...process.env, ...env }), stdio });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    child.once('error', (fault) => resolve_({ ok: false, output: `${command} cannot be run: ${fault.message}` }));
    child.once('close', (code) => resolve_({ ok: code === 0, output }));
  });

/**
 * Runs one static check and says in a line how it went; its output is shown only when it failed.
 * @param {string} name
 * @param {() => Promise<{ ok: boolean, output: string }>} work
 * @returns {Promise<boolean>}
 */
export const check = async (name, work) => {
  const started = Date.now();
  const { ok, output } = await work();
  if (!ok) console.log(output.trimEnd());
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return ok;
};
