import { globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SCRATCH, check, run } from '../command.mjs';

const PROTO = join(ROOT, 'proto');
const GENERATED = join(ROOT, 'packages', 'contracts', 'src', 'gen');
const OPTIONS = [
  'outputServices=grpc-js',
  'forceLong=bigint',
  'importSuffix=.js',
  'esModuleInterop=true',
  'useExactTypes=false',
  'exportCommonSymbols=false',
  'outputIndex=false',
  'oneof=unions',
  'unrecognizedEnum=false',
  'env=node',
];

/** @param {string} target */
const generate = (target) => {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const plugin = `--plugin=protoc-gen-ts_proto=${join(ROOT, 'node_modules', '.bin', 'protoc-gen-ts_proto')}`;
  const files = globSync('**/*.proto', { cwd: PROTO }).sort();
  const args = [plugin, `--ts_proto_out=${target}`, `--ts_proto_opt=${OPTIONS.join(',')}`, `--proto_path=${PROTO}`];
  return run('protoc', [...args, ...files], { quiet: true });
};

/** Generates elsewhere and demands that the committed types are the same. */
export const checkGenerated = async () => {
  mkdirSync(SCRATCH, { recursive: true });
  const fresh = mkdtempSync(join(SCRATCH, 'gen-'));
  try {
    const made = await generate(fresh);
    return made.ok ? await run('diff', ['-r', '-q', fresh, GENERATED], { quiet: true }) : made;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
};

/** Writes packages/contracts/src/gen from proto/; with --check, says whether it is current. */
export default async (/** @type {string[]} */ argv) => {
  const ok = argv.includes('--check')
    ? await check('gen: generated types match proto/', checkGenerated)
    : await check('gen: packages/contracts/src/gen', () => generate(GENERATED));
  return ok ? 0 : 1;
};
