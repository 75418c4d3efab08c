import { exists, run } from '../command.mjs';

/** Compiles packages and services, then bundles the web terminal. */
export const build = async ({ quiet = false } = {}) => {
  if (!quiet) console.log('Compiling packages, services and clients with TypeScript.');
  const compiled = await run('tsc', ['-b'], { quiet });
  if (!compiled.ok || !exists('clients', 'terminal-web', 'vite.config.ts')) return compiled;
  if (!quiet) console.log('Bundling the web terminal with Vite.');
  return run(
    'vite',
    ['build', '--logLevel', 'warn', 'clients/terminal-web', '--config', 'clients/terminal-web/vite.config.ts'],
    { quiet },
  );
};

export default async () => ((await build()).ok ? 0 : 1);
