import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../command.mjs';

/** `up`, `down`, `kubeconfig` and `bin` of a single-node cluster on this machine. */
const TOOLS = process.env['CLUSTER_TOOLS'] ?? join(ROOT, '..', 'shared', 'cluster');
const NAMESPACE = 'openswipe';

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} env */
const output = async (command, args, env) => {
  const { stdout } = await promisify(execFile)(command, args, { env, cwd: ROOT, maxBuffer: 1 << 26 });
  return stdout.trim();
};

/** A cluster with kubectl and helm in the namespace of this test. */
export class Cluster {
  /** @param {NodeJS.ProcessEnv} env */
  constructor(env) {
    this.env = env;
  }

  /** The standard output. @param {string[]} args */
  kubectl = (...args) => output('kubectl', ['--namespace', NAMESPACE, ...args], this.env);

  /** @param {string[]} args */
  helm = (...args) => output('helm', ['--namespace', NAMESPACE, ...args], this.env);

  /** A script of tools/cluster. @param {string} name @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
  script = (name, args = [], env = {}) => output(join(ROOT, 'tools', 'cluster', name), args, { ...this.env, ...env });

  /** @param {string} manifests @param {string[]} args after `apply` */
  apply = (manifests, ...args) =>
    new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
      const command = ['--namespace', NAMESPACE, 'apply', ...args, '--filename', '-'];
      const child = spawn('kubectl', command, { env: this.env, stdio: ['pipe', 'ignore', 'pipe'] });
      let complaint = '';
      child.stderr.on('data', (chunk) => (complaint += chunk));
      child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(complaint))));
      child.stdin.end(manifests);
    });

  /** host:port of a pod behind a Service, reachable from the node. @param {string} name @param {number} port */
  addressOf = async (name, port) => {
    const selector = `kubernetes.io/service-name=${name}`;
    const path = 'jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].addresses[0]}';
    const addresses = await this.kubectl('get', 'endpointslices', '--selector', selector, '--output', path);
    const [address] = addresses.split(' ');
    if (!address) throw new Error(`no pod of ${name} is ready`);
    return `${address}:${port}`;
  };

  /** @param {string} selector @returns {Promise<string[]>} */
  pods = async (selector) => {
    const path = 'jsonpath={.items[*].metadata.name}';
    return (await this.kubectl('get', 'pods', '--selector', selector, '--output', path)).split(' ').filter(Boolean);
  };
}

/** Whether this machine has the programs for a cluster of this test's own. */
export const canStartCluster = () =>
  !process.env['KUBECONFIG'] && existsSync(join(TOOLS, 'up')) && process.getuid?.() === 0;

/**
 * Starts the cluster, or takes the one that KUBECONFIG names.
 * @returns {Promise<{ cluster: Cluster, stop: () => Promise<void> }>}
 */
export const startCluster = async () => {
  if (process.env['KUBECONFIG']) return { cluster: new Cluster(process.env), stop: async () => undefined };
  if (!existsSync(join(TOOLS, 'up')))
    throw new Error('There is no cluster: set KUBECONFIG, or CLUSTER_TOOLS to a folder with the programs up and down.');
  const stop = async () => void (await output(join(TOOLS, 'down'), [], process.env));
  try {
    await output(join(TOOLS, 'up'), [], process.env);
  } catch (fault) {
    // What did start of it would be in the way of the next try.
    await stop();
    throw fault;
  }
  const kubeconfig = await output(join(TOOLS, 'kubeconfig'), [], process.env);
  const bin = await output(join(TOOLS, 'bin'), [], process.env);
  const env = { ...process.env, KUBECONFIG: kubeconfig, PATH: [bin, process.env['PATH']].join(delimiter) };
  return { cluster: new Cluster(env), stop };
};
