import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const TASKS = join(import.meta.dirname, 'tasks');

/** Loads a task as in a fresh clone, where nothing is built: no package of the workspace can be found. */
const loadInFreshClone = (task: string) => {
  const hook = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve: (specifier, context, next) => {
        if (specifier.startsWith('@openswipe/')) throw new Error(specifier + ' is not built, wanted by ' + context.parentURL);
        return next(specifier, context);
      },
    });`;
  const preload = `data:text/javascript,${encodeURIComponent(hook)}`;
  return spawnSync(process.execPath, ['--import', preload, join(TASKS, task)], { encoding: 'utf8' });
};

describe('tasks in a fresh clone', () => {
  it.each(readdirSync(TASKS))('%s loads before anything is built', (task) => {
    const { stderr, status } = loadInFreshClone(task);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
