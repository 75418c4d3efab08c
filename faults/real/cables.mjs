import { spawnSync } from 'node:child_process';
import { SERVICES } from '../../tools/stack/services.mjs';

/**
 * `open`, or which packets are lost: those to the process, those from it, or all.
 * @typedef {'open' | 'to' | 'from' | 'all'} CableState
 */

/** Nobody's hardware address: a frame for it is dropped where it arrives, and no end is told. */
const NOBODY = '02:00:00:00:00:01';

/** @param {string[]} args */
const ip = (...args) => {
  const { status, stdout, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout;
};

/**
 * A network namespace for one process, and its only cable out. Unlike a link of ours (link.mjs), whose kernel
 * acknowledges what never arrives, it loses packets: each end sends again, later and later, until it gives up.
 */
export class Cable {
  /** @param {number} number of this harness' cables, from 0 */
  constructor(number) {
    this.name = `osw${process.pid}-${number}`;
    const network = `10.${64 + (process.pid % 128)}.${number}`;
    /** Where the process finds the platform. */
    this.near = `${network}.1`;
    /** Where the platform finds the process. */
    this.far = `${network}.2`;
  }

  /** What to run a command with, so that it runs in the namespace. */
  get inside() {
    return ['ip', 'netns', 'exec', this.name];
  }

  open() {
    const { name } = this;
    ip('netns', 'add', name);
    ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('address', 'add', `${this.near}/30`, 'dev', name);
    ip('-n', name, 'address', 'add', `${this.far}/30`, 'dev', 'eth0');
    ip('link', 'set', name, 'up');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    this.become('open');
  }

  /** @param {CableState} state */
  become(state) {
    const { name } = this;
    const there = state === 'to' || state === 'all' ? NOBODY : this.#hardware('-n', name, 'link', 'show', 'eth0');
    const here = state === 'from' || state === 'all' ? NOBODY : this.#hardware('link', 'show', name);
    ip('neighbour', 'replace', this.far, 'lladdr', there, 'dev', name, 'nud', 'permanent');
    ip('-n', name, 'neighbour', 'replace', this.near, 'lladdr', here, 'dev', 'eth0', 'nud', 'permanent');
  }

  close() {
    spawnSync('ip', ['link', 'delete', this.name]);
    spawnSync('ip', ['netns', 'delete', this.name]);
  }

  /** @param {string[]} show */
  #hardware(...show) {
    return JSON.parse(ip('-json', ...show))[0].address;
  }
}

/**
 * One for a replica of each service.
 * @returns {Map<string, Cable> | undefined} undefined where this process may not make them
 */
export const layCables = () => {
  const cables = new Map(SERVICES.map((service, number) => [service, new Cable(number)]));
  try {
    for (const cable of cables.values()) cable.open();
    return cables;
  } catch {
    for (const cable of cables.values()) cable.close();
    return undefined;
  }
};
