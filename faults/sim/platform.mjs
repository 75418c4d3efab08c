import { CLOCK, CONFIG, Consumers, LOGGER, MONGO, OutboxRelay, Publisher, createLogger } from '@openswipe/service-kit';
import { Peers } from '../../services/gateway/dist/grpc/peers.js';
import { TransactionsController } from '../../services/gateway/dist/terminal-api/transactions.controller.js';
import { Broker } from './broker.mjs';
import { Injector } from './injector.mjs';
import { Network } from './network.mjs';
import { GRPC_NAMES, MODULES, environment } from './services.mjs';
import { Database, connect } from './store.mjs';
import { owner } from './virtual-clock.mjs';
import { Process } from './world.mjs';

const RESTART_MS = 1_500;

/** A merchant's designated bank account, which is all that the ledger asks of accounts. */
const ACCOUNTS = {
  getPayee: async (/** @type {{ payeeId: string }} */ { payeeId }) => ({
    id: payeeId,
    name: 'A shop',
    bankAccount: { bankCode: '102100099996', accountNumber: '6222020200000000009', holder: 'A shop' },
  }),
};

/** The platform on one world: what outlives processes, and the processes. */
export class Platform {
  broker;
  network;
  /** @type {Record<string, Database>} */
  databases;
  #lives = 0;

  /**
   * @param {import('./world.mjs').World} world
   * @param {import('../shared/planted-bugs.mjs').PlantedBug | undefined} bug
   */
  constructor(world, bug) {
    this.world = world;
    this.bug = bug;
    this.broker = new Broker(world);
    this.network = new Network(world);
    this.databases = Object.fromEntries(Object.keys(MODULES).map((service) => [service, new Database(world, service)]));
    bug?.onPlatform?.(this);
    world.onCrash = (process) => this.#onCrash(process);
  }

  /** @param {string} service @param {number} [replica] */
  start(service, replica = 0) {
    const process = new Process(service, replica, (this.#lives += 1));
    const { skewMs = 0, service: skewed } = this.world.plan.faults;
    if (skewed === service) process.skewMs = skewMs;
    this.world.processes.push(process);
    this.world.note('start', process.name);
    const boot = () =>
      void this.#boot(process).catch((error) => {
        // A service that cannot reach its store at the start ends, and whoever watches it starts it again.
        this.world.note('cannot start', `${process.name} ${error}`);
        if (!/^(Mongo|KafkaJS|TransientFault)/.test(error?.name ?? '')) this.failure ??= error;
        this.world.crash(process);
      });
    this.world.clock.schedule(0, boot, process);
    return process;
  }

  /** A fault of the simulation or of a service's start that no fault explains. @type {unknown} */
  failure;

  #onCrash(/** @type {Process} */ process) {
    for (const group of this.broker.groups.values()) group.lose(process);
    const { processes } = this.world;
    processes.splice(processes.indexOf(process), 1);
    this.world.clock.schedule(RESTART_MS, () => this.start(process.service, process.replica), null);
  }

  async #boot(/** @type {Process} */ process) {
    const { service } = process;
    if (service === 'accounts') return void process.served.set('openswipe.accounts.v1.Accounts', ACCOUNTS);
    if (service === 'gateway') return this.#bootGateway(process);
    const module = MODULES[service]?.();
    const injector = this.#injector(process, module.providers);
    for (const token of injector.tokens) await injector.get(token);
    const [Controller] = module.controllers;
    const name = GRPC_NAMES[service];
    if (name) process.served.set(name, await injector.construct(Controller));
    for (const token of injector.tokens) (await injector.get(token))?.onApplicationBootstrap?.();
    (await injector.get(OutboxRelay)).start();
    void (await injector.get(Consumers)).start();
  }

  async #bootGateway(/** @type {Process} */ process) {
    const peers = { provide: Peers, useFactory: () => new Peers(/** @type {any} */ (environment)) };
    const injector = this.#injector(process, [peers]);
    process.served.set('transactions', await injector.construct(TransactionsController));
    process.served.set('peers', await injector.get(Peers));
  }

  /** @param {Process} process @param {any[]} providers */
  #injector(process, providers) {
    const { service } = process;
    const database = this.databases[service];
    const broker = {
      settings: { topicPrefix: '', brokers: 'memory', clientId: service },
      client: this.broker.client(),
      physicalName: (/** @type {string} */ topic) => topic,
    };
    const logger = createLogger(service, 'silent');
    const kit = [
      { provide: CONFIG, useValue: environment },
      { provide: CLOCK, useValue: { now: () => new Date() } },
      { provide: LOGGER, useValue: logger },
      { provide: Publisher, useFactory: () => new Publisher(/** @type {any} */ (broker)) },
      {
        provide: Consumers,
        useFactory: (/** @type {any} */ publisher) =>
          new Consumers(/** @type {any} */ (broker), publisher, /** @type {any} */ (service), logger),
        inject: [Publisher],
      },
      {
        provide: OutboxRelay,
        useFactory: (/** @type {any} */ publisher) => new OutboxRelay(publisher, logger),
        inject: [Publisher],
      },
      ...(database ? [{ provide: MONGO, useFactory: () => connect(database) }] : []),
    ];
    const wrap = (/** @type {any} */ token, /** @type {any} */ part) =>
      this.bug?.onPart?.(service, String(token.name ?? token.description ?? token), part) ?? part;
    return new Injector([...kit, ...providers], wrap);
  }

  /**
   * A request of the outside world to the gateway: served by a living one, or without an answer after a while.
   * @template T
   * @param {(served: Map<string, any>) => Promise<T>} work
   * @returns {Promise<T>}
   */
  ask(work) {
    const { clock, random, plan } = this.world;
    const caller = owner.getStore();
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      clock.schedule(8_000, () => (isAnswered ? undefined : reject(new NoAnswer())), caller ?? null);
      const [gateway] = this.world.alive('gateway').filter(({ served }) => served.has('peers'));
      const isLost = plan.strikes(this.world, 'callLost', 'gateway');
      const isAnswerLost = plan.strikes(this.world, 'callAnswerLost', 'gateway');
      if (!gateway || isLost) return;
      const deliver = (/** @type {() => void} */ end) => {
        if (isAnswerLost) return;
        isAnswered = true;
        clock.schedule(random.whole(0, 2), end, caller ?? null);
      };
      const run = () =>
        void work(gateway.served).then(
          (answer) => deliver(() => resolve(answer)),
          (refusal) => deliver(() => reject(refusal)),
        );
      clock.schedule(random.whole(0, 2), run, gateway);
    });
  }
}

export class NoAnswer extends Error {
  /** @override */
  name = 'NoAnswer';
}
