import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installPackages } from './packages.mjs';
import { takeLock } from './pid-lock.mjs';
import { StartupProblem } from './startup-problem.mjs';

const SOURCES = join(import.meta.dirname, 'java');
const HOME = resolve(import.meta.dirname, '../../.openswipe/infra');
/** The class path of both Java processes. */
const CLASS_PATH = [join(HOME, 'classes'), join(HOME, 'lib', '*')].join(':');
const LOG_CONFIG = join(SOURCES, 'log4j2.properties');

/**
 * What each Java process is started with, its class and arguments follow. For a laptop: one collector thread, and the
 * quick compiler alone. The thorough one takes more of two cores in the first minutes than its code gives back: at ten
 * payments a second broker and database used 74 ms for each, and use 46.
 * @param {string} least heap @param {string} most
 */
export const javaFlags = (least, most) => [
  ...[`-Xms${least}`, `-Xmx${most}`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError'],
  ...[`-Dlog4j2.configurationFile=${LOG_CONFIG}`, '-cp', CLASS_PATH],
];

const ADVICE = 'install a JDK of version 17 or later and Maven (on Debian: openjdk-17-jdk-headless and maven)';

/** @param {string} command @param {string[]} args */
const run = (command, args, options = {}) =>
  spawnSync(command, args, { encoding: 'utf8', env: process.env, ...options });

const missingTool = () => {
  const java = run('java', ['-version']);
  const version = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
  if (java.status !== 0 || version < 17) return 'java of version 17 or later';
  if (run('javac', ['-version']).status !== 0) return 'javac';
  if (run('mvn', ['-v']).status !== 0) return 'mvn';
  return undefined;
};

/**
 * Makes sure that java, javac and mvn can be run, installing them where this process may.
 * @param {(sentence: string) => void} [onProgress]
 * @throws {StartupProblem} JAVA_MISSING
 */
export const ensureJava = async (onProgress = () => undefined) => {
  const missing = missingTool();
  if (!missing) return;
  onProgress(`Installing a JDK and Maven, because ${missing} is not there (about 250 MB, once).`);
  installPackages(['openjdk-17-jdk-headless', 'maven']);
  const still = missingTool();
  if (still) throw new StartupProblem('JAVA_MISSING', `The local infrastructure needs ${still}: ${ADVICE}.`);
};

const javaFiles = () => readdirSync(join(SOURCES, 'openswipe')).map((file) => join(SOURCES, 'openswipe', file));

/** @param {string[]} files */
const digestOf = (files) => {
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest('hex');
};

/**
 * Builds a folder in one rename, once per digest of what it is made from.
 * @param {string} folder @param {string} digest @param {(target: string) => void} build
 */
const buildOnce = (folder, digest, build) => {
  const target = join(HOME, folder);
  const marker = join(target, '.made-from');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === digest) return;
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  build(fresh);
  writeFileSync(join(fresh, '.made-from'), digest);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
};

/** @param {string} target @param {(sentence: string) => void} onProgress */
const fetchJars = (target, onProgress) => {
  onProgress('Fetching Kafka and the embedded database with Maven (about 50 MB, once).');
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${target}`, '-DincludeScope=runtime'];
  const maven = run('mvn', ['-q', '-B', '-f', join(SOURCES, 'pom.xml'), ...goal]);
  if (maven.status !== 0) {
    const reason = /\[ERROR\] (.*)/.exec(maven.stdout)?.[1] ?? `mvn ended with code ${maven.status}`;
    throw new StartupProblem('DOWNLOAD_FAILED', `Kafka and the embedded database could not be fetched: ${reason}`);
  }
};

/** @param {string} target */
const compile = (target) => {
  const javac = run('javac', ['-d', target, '-cp', join(HOME, 'lib', '*'), ...javaFiles()]);
  if (javac.status !== 0) throw new StartupProblem('PROCESS_FAILED', `javac failed: ${javac.stderr.trim()}`);
};

/**
 * Makes sure that the jars and the compiled launchers are in .openswipe/infra, once for all processes.
 * @param {(sentence: string) => void} [onProgress]
 * @throws {StartupProblem} JAVA_MISSING, DOWNLOAD_FAILED, PROCESS_FAILED
 */
export const ensureJars = async (onProgress = () => undefined) => {
  const lock = await takeLock(join(HOME, 'building.lock'), { waitMs: 600_000 });
  if ('heldBy' in lock) {
    throw new StartupProblem('PROCESS_FAILED', `Process ${lock.heldBy} has been fetching the jars for ten minutes.`);
  }
  try {
    await ensureJava(onProgress);
    buildOnce('lib', digestOf([join(SOURCES, 'pom.xml')]), (target) => fetchJars(target, onProgress));
    buildOnce('classes', digestOf([join(SOURCES, 'pom.xml'), ...javaFiles()]), compile);
  } finally {
    lock.release();
  }
};
