import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { StartupProblem } from '../infra/startup-problem.mjs';
import { ROTATABLE, announce, retire, use } from '../stack/key-rotation.mjs';
import { STACK_DIR } from '../stack/running.mjs';
import { keepSecrets } from '../stack/secrets.mjs';
import { build } from './build.mjs';

const STEPS = { announce, use, retire };
const USAGE = `Usage: npm run keys -- ${Object.keys(STEPS).join('|')} ${ROTATABLE.join('|')} [--file SECRETS]`;

/** One step of a rotation on a file of secrets; default: those of `npm start`. Shows no key. @param {string[]} args */
export default async (args) => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { file: { type: 'string' } } });
  const [step = '', id = ''] = positionals;
  const file = values.file ?? join(STACK_DIR, 'secrets.json');
  if (!(step in STEPS) || !id) throw new StartupProblem('PROCESS_FAILED', USAGE);
  if (!existsSync(file)) throw new StartupProblem('PROCESS_FAILED', `There are no secrets at ${file}.`);
  const built = await build({ quiet: true });
  if (!built.ok) throw new StartupProblem('PROCESS_FAILED', built.output);
  const secrets = JSON.parse(readFileSync(file, 'utf8'));
  try {
    keepSecrets(file, await STEPS[/** @type {keyof typeof STEPS} */ (step)](secrets, id));
  } catch (fault) {
    throw new StartupProblem('PROCESS_FAILED', `${/** @type {Error} */ (fault).message}.`);
  }
  console.log(
    `${step} ${id}: done in ${file}. Restart transactions and risk, replica by replica, before the next step.`,
  );
};
