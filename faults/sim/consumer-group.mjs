import { owner } from './virtual-clock.mjs';
import { never } from './world.mjs';

const SESSION_TIMEOUT_MS = 10_000;
const JOIN_MS = 300;
const BATCH_MAX = 40;
const CONCURRENT_MAX = 4;

/** One consumer of the client library. It has partitions of its group for as long as it is alive in time. */
class Member {
  events = { CRASH: 'consumer.crash', GROUP_JOIN: 'consumer.group_join' };
  /** @type {Map<string, (event: any) => void>} */
  listeners = new Map();
  /** @type {string[]} */
  topics = [];
  /** Partitions it may read now, `topic/partition` → next offset. @type {Map<string, number>} */
  positions = new Map();
  /** @type {Set<string>} */
  busy = new Set();
  generation = 0;
  isGone = false;
  hasCrashed = false;
  process = /** @type {import('./world.mjs').Process} */ (owner.getStore());
  /** @type {any} */
  settings;

  /** @param {Group} group */
  constructor(group) {
    this.group = group;
  }

  on(/** @type {string} */ event, /** @type {(event: any) => void} */ listener) {
    this.listeners.set(event, listener);
  }

  async connect() {}

  async subscribe(/** @type {{ topics: string[] }} */ { topics }) {
    this.topics = topics;
  }

  async run(/** @type {any} */ settings) {
    this.settings = settings;
    this.group.join(this);
  }

  async disconnect() {
    this.group.leave(this);
  }

  /** @param {{ topic: string, partition: number, offset: string }[]} offsets */
  commitOffsets(offsets) {
    return this.group.commit(this, offsets);
  }
}

/** Members share the partitions; offsets are kept by partition. */
export class Group {
  /** @type {Member[]} */
  members = [];
  /** `topic/partition` → next offset. @type {Map<string, number>} */
  committed = new Map();
  generation = 0;

  /** @param {import('./broker.mjs').Broker} broker @param {string} id */
  constructor(broker, id) {
    this.broker = broker;
    this.world = broker.world;
    this.id = id;
  }

  newMember() {
    return new Member(this);
  }

  /** @param {Member} member */
  join(member) {
    this.members.push(member);
    this.rebalance();
  }

  /** @param {Member} member */
  leave(member) {
    if (member.isGone) return;
    member.isGone = true;
    this.members = this.members.filter((each) => each !== member);
    this.rebalance();
  }

  /** A process stopped answering: the others wait until its session is over. @param {any} process */
  lose(process) {
    for (const member of this.members.filter((each) => each.process === process)) {
      this.world.clock.schedule(SESSION_TIMEOUT_MS, () => this.leave(member), null);
    }
  }

  /**
   * Who stands still too long is taken for gone; it comes back when it notices.
   * @param {any} process @param {number} ms
   */
  pause(process, ms) {
    if (ms <= SESSION_TIMEOUT_MS) return;
    for (const member of this.members.filter((each) => each.process === process)) {
      const notice = () => this.#crash(member, new Error('UNKNOWN_MEMBER_ID'));
      const expel = () => {
        this.leave(member);
        this.#later(member, 1, notice);
      };
      this.world.clock.schedule(SESSION_TIMEOUT_MS, expel, null);
    }
  }

  rebalance() {
    const generation = (this.generation += 1);
    this.world.note('rebalance', `${this.id} ${generation}`);
    this.world.clock.schedule(JOIN_MS, () => this.#assign(generation), null);
  }

  #assign(/** @type {number} */ generation) {
    // A dead member still holds its place until its session is over, as on a real broker.
    if (generation !== this.generation || this.members.length === 0) return;
    const topics = [...new Set(this.members.flatMap((member) => member.topics))];
    for (const member of this.members) {
      member.generation = generation;
      member.positions.clear();
    }
    let turn = 0;
    for (const topic of topics) {
      for (const partition of this.broker.partitions(topic).keys()) {
        const member = /** @type {Member} */ (this.members[turn % this.members.length]);
        const key = `${topic}/${partition}`;
        member.positions.set(key, this.committed.get(key) ?? 0);
        turn += 1;
      }
    }
    for (const member of this.members) {
      this.#later(member, 0, () => member.listeners.get(member.events.GROUP_JOIN)?.({}));
      this.pump(member);
    }
  }

  #later(/** @type {Member} */ member, /** @type {number} */ ms, /** @type {() => void} */ work) {
    this.world.clock.schedule(ms, work, member.process);
  }

  wake(/** @type {string} */ topic) {
    for (const member of this.members) if (member.topics.includes(topic)) this.pump(member);
  }

  /** Starts on every partition that has something new, as many at once as the client allows. @param {Member} member */
  pump(member) {
    if (member.isGone || member.process?.isDead) return;
    for (const [key, position] of member.positions) {
      if (member.busy.size >= CONCURRENT_MAX) return;
      if (member.busy.has(key) || position >= this.#logOf(key).length) continue;
      member.busy.add(key);
      this.#later(member, this.#delayMs(member), () => void this.#consume(member, key, member.generation));
    }
  }

  #delayMs(/** @type {Member} */ { process }) {
    const { plan, random } = this.world;
    const service = process?.service ?? '';
    if (plan.strikes(this.world, 'slowDelivery', service)) {
      this.world.noteFault('slow delivery', this.id);
      return random.whole(100, 30_000);
    }
    return random.whole(0, 5);
  }

  #logOf(/** @type {string} */ key) {
    const slash = key.lastIndexOf('/');
    return /** @type {import('./broker.mjs').Message[]} */ (
      this.broker.partitions(key.slice(0, slash))[Number(key.slice(slash + 1))]
    );
  }

  /** @param {Member} member @param {string} key @param {number} generation */
  async #consume(member, key, generation) {
    const { world } = this;
    const isStale = () => member.generation !== generation || this.generation !== generation || member.isGone;
    const position = member.positions.get(key);
    const messages =
      isStale() || position === undefined
        ? []
        : this.#logOf(key).slice(position, position + world.random.whole(1, BATCH_MAX));
    if (messages.length === 0) {
      member.busy.delete(key);
      return this.pump(member);
    }
    const slash = key.lastIndexOf('/');
    const batch = { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)), messages };
    world.note('deliver', `${this.id} ${key} ${position}+${messages.length}`);
    try {
      await this.onBatch(member, batch);
      await member.settings.eachBatch({
        batch,
        isRunning: () => !member.isGone,
        isStale,
        heartbeat: async () => undefined,
        resolveOffset: (/** @type {string} */ offset) => {
          if (!isStale()) member.positions.set(key, Number(offset) + 1);
        },
      });
      member.busy.delete(key);
      this.pump(member);
    } catch (error) {
      this.#crash(member, error);
    }
  }

  /** Before a batch is handled: nothing, but for planted bugs. @param {Member} _member @param {any} _batch */
  async onBatch(_member, _batch) {}

  /** The client ends its consumer upon an error of the handler; its owner starts another. */
  #crash(/** @type {Member} */ member, /** @type {unknown} */ error) {
    if (member.hasCrashed) return;
    member.hasCrashed = true;
    this.world.note('consumer crash', `${this.id} ${error instanceof Error ? error.message : ''}`);
    this.leave(member);
    member.listeners.get(member.events.CRASH)?.({ payload: { error } });
  }

  /** @param {Member} member @param {{ topic: string, partition: number, offset: string }[]} offsets */
  async commit(member, offsets) {
    const { world } = this;
    if (member.process?.isDead) return never();
    const isLost = world.plan.strikes(world, 'commitLost', member.process?.service ?? '');
    const arrives = !isLost || world.random.chance(0.5);
    await world.clock.sleep(world.random.whole(0, 2));
    if (member.isGone || member.generation !== this.generation) throw new Error('ILLEGAL_GENERATION');
    if (arrives) for (const { topic, partition, offset } of offsets) this.move(`${topic}/${partition}`, Number(offset));
    await world.seam('after-commit', this.id);
    if (!isLost) return;
    world.noteFault('commit lost', this.id);
    throw new Error('no answer to the commit');
  }

  move(/** @type {string} */ key, /** @type {number} */ offset) {
    this.committed.set(key, offset);
    this.world.note('commit', `${this.id} ${key} ${offset}`);
  }

  /** Everything is delivered once more. */
  rewind() {
    this.committed.clear();
    this.rebalance();
  }

  get isDrained() {
    const topics = new Set(this.members.flatMap((member) => member.topics));
    return [...topics].every((topic) =>
      this.broker
        .partitions(topic)
        .every((log, partition) => (this.committed.get(`${topic}/${partition}`) ?? 0) >= log.length),
    );
  }
}
