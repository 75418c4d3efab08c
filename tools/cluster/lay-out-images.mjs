import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { ROOT } from '../command.mjs';

/**
 * What is in each image: workspaces with all that they need at run time, more files, and the module that is run.
 * @type {Record<string, { workspaces: string[], files: string[], main: string }>}
 */
const IMAGES = Object.fromEntries(
  ['gateway', 'orders', 'transactions', 'risk', 'ledger', 'accounts'].map((name) => [
    name,
    { workspaces: [`services/${name}`], files: [], main: `services/${name}/dist/main.js` },
  ]),
);
IMAGES['gateway']?.files.push('clients/terminal-web/dist-web');
IMAGES['paid-order'] = {
  workspaces: ['clients/terminal-web', 'packages/sdk', 'packages/service-kit'],
  files: [
    'tools/stack/headless-terminal.mjs',
    'tools/stack/file-store.mjs',
    'tools/cluster/paid-order.mjs',
    'tools/cluster/paid-order.main.mjs',
  ],
  main: 'tools/cluster/paid-order.main.mjs',
};

/** What of a workspace is needed at run time. */
const BUILT = ['package.json', 'dist', 'assets'];
/** Only compilers and debuggers of dependencies read these. */
const UNUSED = /\.(d\.[cm]?ts|[cm]?ts|map|md|markdown)$/;

/** @param {string[]} workspaces @returns {string[]} folders of packages and links to workspaces, from the root */
const neededBy = (workspaces) => {
  const flags = workspaces.flatMap((workspace) => ['--workspace', workspace]);
  const output = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable', ...flags], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const folders = output.split('\n').map((folder) => relative(ROOT, folder));
  return [...new Set(folders)].filter((folder) => folder.startsWith('node_modules/') && !folder.includes('/@types/'));
};

/** A package without the packages inside it: those that are needed are named themselves. @param {string} folder */
const copyPackage = (folder, /** @type {string} */ target) => {
  const from = join(ROOT, folder);
  const kept = (/** @type {string} */ file) =>
    file === from || (basename(file) !== 'node_modules' && !(UNUSED.test(file) && lstatSync(file).isFile()));
  cpSync(from, join(target, folder), { recursive: true, filter: kept });
};

/** A workspace is a link in node_modules and a folder of its own. @param {string} link */
const copyWorkspace = (link, /** @type {string} */ target) => {
  const folder = relative(ROOT, resolve(ROOT, dirname(link), readlinkSync(join(ROOT, link))));
  mkdirSync(join(target, dirname(link)), { recursive: true });
  symlinkSync(readlinkSync(join(ROOT, link)), join(target, link));
  const kept = (/** @type {string} */ file) => !/\.d\.ts$|\.tsbuildinfo$/.test(file);
  for (const part of BUILT.filter((name) => existsSync(join(ROOT, folder, name)))) {
    cpSync(join(ROOT, folder, part), join(target, folder, part), { recursive: true, filter: kept });
  }
};

/** @param {string[]} folders @param {string} target */
const copy = (folders, target) => {
  mkdirSync(target, { recursive: true });
  for (const folder of folders) {
    if (lstatSync(join(ROOT, folder)).isSymbolicLink()) copyWorkspace(folder, target);
    else copyPackage(folder, target);
  }
};

/** What the dynamic loader would load for a program. @param {string} loader @param {string} file */
const librariesOf = (loader, file) =>
  [...execFileSync(loader, ['--list', file], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map(
    ([, path]) => /** @type {string} */ (path),
  );

/** Node, the libraries that it and native packages need, and a user. @param {string} target @param {string[]} addons */
const layOutRuntime = (target, addons) => {
  const report = /** @type {{ sharedObjects: string[] }} */ (process.report.getReport());
  const loader = report.sharedObjects.find((path) => /\/ld-[^/]+$/.test(path));
  if (!loader) throw new Error('node is linked in a way that this script does not know');
  const files = new Set([process.execPath, ...addons].flatMap((file) => librariesOf(loader, file)));
  for (const file of [loader, ...files]) {
    mkdirSync(join(target, dirname(file)), { recursive: true });
    copyFileSync(file, join(target, file));
  }
  for (const folder of ['bin', 'etc', 'tmp']) mkdirSync(join(target, folder), { recursive: true });
  copyFileSync(process.execPath, join(target, 'bin', 'node'));
  writeFileSync(join(target, 'etc', 'passwd'), 'openswipe:x:65532:65532::/:/nonexistent\n');
  writeFileSync(join(target, 'etc', 'group'), 'openswipe:x:65532:\n');
};

/** @param {string} out */
const layOut = (out) => {
  const needed = Object.entries(IMAGES).map(([name, image]) => ({ name, ...image, all: neededBy(image.workspaces) }));
  const [first, ...others] = needed.filter(({ name }) => name !== 'paid-order');
  const common = (first?.all ?? []).filter((folder) => others.every(({ all }) => all.includes(folder)));
  copy(common, join(out, 'common'));
  for (const { name, files, main, all } of needed) {
    const target = join(out, name);
    copy(
      all.filter((folder) => !common.includes(folder)),
      target,
    );
    for (const file of files) {
      cpSync(join(ROOT, file), join(target, file), { recursive: true });
    }
    writeFileSync(join(target, 'main.mjs'), `import './${main}';\n`);
  }
  layOutRuntime(
    join(out, 'runtime'),
    globSync('**/*.node', { cwd: out }).map((file) => join(out, file)),
  );
};

layOut(resolve(process.argv[2] ?? '/out'));
