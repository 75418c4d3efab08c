import { TOPICS } from '@openswipe/contracts';

const GAP_MS = [3_000, 20_000];
const SERVICES = ['orders', 'transactions', 'risk', 'ledger', 'gateway'];
/** A length that runs beyond the end: no message of any kind. */
const UNDECODABLE = Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x0f]);

/** What happens to the platform at moments of its own choice, as long as the load goes on. */
export class Disturbance {
  /**
   * Records that can only be buried: by whom, and where each is.
   * @type {{ origin: string, topic: string, groups: readonly string[] }[]}
   */
  poison = [];

  /** @param {import('./platform.mjs').Platform} platform */
  constructor(platform) {
    this.platform = platform;
    this.world = platform.world;
  }

  start() {
    const { crashes, pauses, rebalances, rewinds, poison, storeOutage } = this.world.plan.faults;
    this.#often(crashes, () => this.#crash());
    this.#often(pauses, () => this.#pause());
    this.#often(rebalances, () => this.#rebalance());
    this.#often(rewinds, () => this.#rewind());
    this.#often(poison, () => this.#poison());
    this.#often(storeOutage && 3, () => this.#outage(storeOutage ?? 0));
  }

  #often(/** @type {number | undefined} */ times, /** @type {() => void} */ work) {
    const { clock, random, plan } = this.world;
    if (!times) return;
    let left = times;
    const next = () => {
      if (plan.isHealed || left === 0) return;
      left -= 1;
      work();
      clock.schedule(random.whole(GAP_MS[0] ?? 0, GAP_MS[1] ?? 0), next, null);
    };
    clock.schedule(random.whole(1_200, 4_000), next, null);
  }

  #victim() {
    const { plan, random } = this.world;
    return random.pick(this.world.alive(plan.faults.service ?? random.pick(SERVICES)));
  }

  #crash() {
    const process = this.#victim();
    if (!process) return;
    this.world.noteFault('crash', process.name);
    this.world.crash(process);
  }

  #pause() {
    const process = this.#victim();
    if (!process) return;
    const ms = this.world.random.whole(5_000, 40_000);
    this.world.noteFault('pause', `${process.name} ${ms}`);
    process.pausedUntilMs = this.world.clock.nowMs + ms;
    for (const group of this.platform.broker.groups.values()) group.pause(process, ms);
  }

  #groups() {
    const { service } = this.world.plan.faults;
    const groups = [...this.platform.broker.groups.values()];
    return service ? groups.filter(({ id }) => id === service) : groups;
  }

  #rebalance() {
    const group = this.world.random.pick(this.#groups());
    if (!group) return;
    this.world.noteFault('rebalance', group.id);
    group.rebalance();
  }

  #rewind() {
    const group = this.world.random.pick(this.#groups());
    if (!group) return;
    this.world.noteFault('rewind', group.id);
    group.rewind();
  }

  #outage(/** @type {number} */ seconds) {
    const { plan, clock, random } = this.world;
    const service = plan.faults.service ?? random.pick(SERVICES);
    const database = this.platform.databases[service];
    if (!database) return;
    this.world.noteFault('store outage', service);
    database.unreachableUntilMs = clock.nowMs + random.whole(1_000, seconds * 1_000);
  }

  #poison() {
    const { random } = this.world;
    const topic = random.pick(Object.values(TOPICS));
    const key = `ord_${random.bytes(16).toString('hex')}`;
    const headers = { 'event-id': `poison-${this.poison.length}` };
    this.world.noteFault('poison', topic.name);
    this.platform.broker.append(topic.name, { key, value: UNDECODABLE, headers });
    const logs = this.platform.broker.partitions(topic.name);
    const partition = logs.findIndex((log) => log.at(-1)?.headers['event-id'] === headers['event-id']);
    const origin = `${topic.name}/${partition}/${(logs[partition]?.length ?? 0) - 1}`;
    const groups = topic.consumers.filter((group) => group !== 'accounts');
    this.poison.push({ origin, topic: topic.name, groups });
  }
}
