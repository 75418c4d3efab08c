import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withBinaries } from './command.mjs';
import { ensureDependencies, pickNode } from './dependencies.mjs';
import { StartupProblem } from './infra/startup-problem.mjs';

const TASKS = join(import.meta.dirname, 'tasks');
/** @type {NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** @param {string} node @param {string[]} args */
const runIn = (node, args) => {
  const file = /** @type {string} */ (process.argv[1]);
  const stdio = /** @type {import('node:child_process').StdioOptions} */ (['inherit', 'inherit', 'inherit', 'ipc']);
  const child = spawn(node, [file, ...args], { env: withBinaries(process.env), stdio });
  for (const signal of SIGNALS) {
    // A terminal sends Ctrl-C to the whole group, so the child has it already.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.once('exit', (code, signal) => {
    if (!signal) return process.exit(code ?? 1);
    process.removeAllListeners(signal);
    return process.kill(process.pid, signal);
  });
};

/** @param {string} task @param {string[]} args */
const runHere = async (task, args) => {
  Object.assign(process.env, withBinaries(process.env));
  // The process that started this one may be killed without a chance to tell; the channel's end tells.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
  const { default: main } = await import(pathToFileURL(join(TASKS, `${task}.mjs`)).href);
  process.exitCode = (await main(args)) ?? process.exitCode ?? 0;
};

/** @param {string[]} argv */
const main = async ([task = '', ...args]) => {
  if (!/^[a-z0-9-]+$/.test(task) || !existsSync(join(TASKS, `${task}.mjs`))) {
    const names = readdirSync(TASKS).map((file) => file.replace('.mjs', ''));
    throw new StartupProblem('PROCESS_FAILED', `Usage: node tools/run.mjs TASK, where TASK is ${names.join(', ')}.`);
  }
  await ensureDependencies();
  const node = pickNode();
  if (node === process.execPath) await runHere(task, args);
  else runIn(node, [task, ...args]);
};

main(process.argv.slice(2)).catch((fault) => {
  console.error(fault instanceof StartupProblem ? fault.message : fault);
  process.exitCode = 1;
});
