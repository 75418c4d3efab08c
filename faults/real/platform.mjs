import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureJars } from '../../tools/infra/index.mjs';
import { startDatabase } from '../../tools/infra/database.mjs';
import { startKafka } from '../../tools/infra/kafka.mjs';
import { claimPort } from '../../tools/infra/ports.mjs';
import { startMailCatcher } from '../../tools/stack/mail-catcher.mjs';
import { loadSecrets } from '../../tools/stack/secrets.mjs';
import { SERVICES, environmentOf } from '../../tools/stack/services.mjs';
import { COMPILE_CACHE } from '../../tools/stack/stack.mjs';
import { Link } from './link.mjs';
import { Replica } from './replica.mjs';
import { Store } from './store.mjs';
import { startWebhooks } from './webhooks.mjs';

export const REPLICAS = 2;

/** Short times, so that every sweep has its turn within a cell, and no limit that a steady load would run into. */
const MORE = {
  transactions: { UNKNOWN_RETRY_SECONDS: '2', UNKNOWN_LIMIT_SECONDS: '6', STUCK_LIMIT_SECONDS: '30' },
  risk: { ISSUER_SIMULATOR_RESET: 'false', VELOCITY_MAX: '0', VELOCITY_ACCOUNT_MAX: '0' },
  ledger: { PAYOUT_INTERVAL_SECONDS: '2', SIMULATED_BANK_SECONDS: '1' },
  gateway: { CREDENTIAL_LIMIT_PER_MINUTE: '100000', CALL_LIMIT_PER_MINUTE: '100000', DRAIN_SECONDS: '2' },
};

/** @typedef {{ near: string, far: string }} Hosts where a replica finds the platform, and the platform it */
/** @type {Hosts} */
const LOCAL = { near: '127.0.0.1', far: '127.0.0.1' };

/** @typedef {{ grpcPort: number, httpPort: number, links: Record<string, Link>, hosts: Hosts }} Place */
/** @typedef {Place & { replica: Replica }} Placed */

/** A broker, a database and two replicas of every service, each behind links of its own. */
export class Platform {
  /** @type {Placed[]} */
  placed = [];
  /** Where terminals and shops come in. */
  edge = new Link(() => this.#serving('gateway', 'httpPort'));
  /** Behind them as the campaign itself. */
  accounts = new Link(() => this.#serving('accounts', 'grpcPort'));
  /** @type {Store} */
  store = /** @type {any} */ (undefined);
  /** Replicas that get no new connections although they still serve: about to be stopped. */
  draining = new Set();

  /**
   * @param {string} dataDir
   * @param {Record<string, number>} [replicas] by service; default: two
   * @param {{ brokerDir?: string, databaseDir?: string }} [disks] where each keeps its files; default: in `dataDir`
   * @param {Map<string, import('./cables.mjs').Cable>} [cables] by service: that of its first replica
   */
  constructor(dataDir, replicas = {}, disks = {}, cables = new Map()) {
    this.dataDir = dataDir;
    this.counts = replicas;
    this.cables = cables;
    this.logs = join(dataDir, 'logs');
    this.brokerDir = disks.brokerDir ?? dataDir;
    this.databaseDir = disks.databaseDir ?? dataDir;
  }

  get url() {
    return `http://127.0.0.1:${this.edge.port}`;
  }

  /** @param {string} service */
  of(service) {
    return this.placed.filter(({ replica }) => replica.service === service).map(({ replica }) => replica);
  }

  get replicas() {
    return this.placed.map(({ replica }) => replica);
  }

  /** @param {'broker' | 'database' | string} target @param {(at: Placed) => boolean} [who] @returns {Link[]} */
  linksTo(target, who = () => true) {
    return this.placed.filter(who).flatMap(({ links }) => links[target] ?? []);
  }

  async start() {
    mkdirSync(this.logs, { recursive: true });
    await ensureJars();
    this.brokerPort = await claimPort('Kafka', 0);
    this.databasePort = await claimPort('the database', 0);
    await Promise.all([this.startBroker(), this.startDatabase()]);
    this.mail = await startMailCatcher({ port: await claimPort('mail', 0), folder: join(this.dataDir, 'mails') });
    this.webhooks = await startWebhooks();
    this.secrets = await loadSecrets(this.dataDir);
    await this.edge.listen();
    await this.accounts.listen();
    this.store = new Store(`mongodb://127.0.0.1:${this.databasePort}`, `127.0.0.1:${this.brokerPort}`);
    const counts = SERVICES.map((service) => this.counts[service] ?? REPLICAS);
    for (let number = 1; number <= Math.max(...counts); number += 1) {
      for (const [at, service] of SERVICES.entries())
        if (number <= (counts[at] ?? 0)) this.placed.push(await this.#place(service, number));
    }
    // One of each first: the first start makes topics, collections and indexes.
    await Promise.all(this.replicas.slice(0, SERVICES.length).map((replica) => replica.start()));
    await Promise.all(this.replicas.slice(SERVICES.length).map((replica) => replica.start()));
  }

  async stop() {
    await Promise.allSettled(this.replicas.map((replica) => replica.stop()));
    await this.store?.close();
    await Promise.allSettled([this.broker?.stop(), this.database?.stop(), this.mail?.stop(), this.webhooks?.stop()]);
    for (const { links } of this.placed) for (const link of Object.values(links)) link.close();
    this.edge.close();
    this.accounts.close();
  }

  async startBroker() {
    this.broker = await startKafka({ dataDir: this.brokerDir, port: /** @type {number} */ (this.brokerPort) });
  }

  async startDatabase() {
    this.database = await startDatabase({ dataDir: this.databaseDir, port: /** @type {number} */ (this.databasePort) });
  }

  /** @param {string} service @param {'grpcPort' | 'httpPort'} port */
  #serving(service, port) {
    return this.placed
      .filter(({ replica }) => replica.service === service && replica.isReady && !this.draining.has(replica))
      .map((placed) => ({ host: placed.hosts.far, port: placed[port] }));
  }

  /** @param {string} service @param {number} number @returns {Promise<Placed>} */
  async #place(service, number) {
    const [grpcPort, httpPort] = [await claimPort(service, 0), await claimPort(service, 0)];
    const cable = number === 1 ? this.cables.get(service) : undefined;
    const hosts = cable ?? LOCAL;
    /** @type {Record<string, Link>} */
    const links = {};
    for (const [name, port] of this.#shared) links[name] = new Link(() => [{ host: LOCAL.near, port }]);
    for (const peer of SERVICES) links[peer] = new Link(() => this.#serving(peer, 'grpcPort'));
    for (const link of Object.values(links)) await link.listen(hosts.near);
    const env = this.#environment(service, { grpcPort, httpPort, links, hosts });
    const replica = new Replica(service, number, env, join(this.logs, `${service}-${number}.log`), cable?.inside);
    return { replica, grpcPort, httpPort, links, hosts };
  }

  /** What all replicas use, by port. @returns {[string, number][]} */
  get #shared() {
    const portOf = (/** @type {{ url: string } | undefined} */ server) => Number(new URL(server?.url ?? '').port);
    return [
      ['broker', /** @type {number} */ (this.brokerPort)],
      ['database', /** @type {number} */ (this.databasePort)],
      ['mail', portOf(this.mail)],
      ['webhooks', portOf(this.webhooks)],
    ];
  }

  /** @param {string} service @param {Place} at */
  #environment(service, { grpcPort, httpPort, links, hosts }) {
    const linked = (/** @type {string} */ name) => `${hosts.near}:${links[name]?.port}`;
    const own = (/** @type {number} */ port) => `${hosts.far}:${port}`;
    const peers = SERVICES.map((peer) => [peer, peer === service ? own(grpcPort) : linked(peer)]);
    // Clients learn these addresses from the broker, from a secret and from a merchant.
    const routed = this.#shared.filter(([name]) => name !== 'database');
    const routes = routed.map(([name, port]) => [port, { host: hosts.near, port: links[name]?.port }]);
    const installation = {
      dataDir: this.dataDir,
      kafkaBrokers: `${LOCAL.near}:${this.brokerPort}`,
      mongoUrl: `mongodb://${linked('database')}`,
      prefix: '',
      smtpUrl: /** @type {string} */ (this.mail?.url),
      secrets: /** @type {import('../../tools/stack/secrets.mjs').Secrets} */ (this.secrets),
      addresses: { grpc: Object.fromEntries(peers), http: { [service]: own(httpPort) }, metrics: {}, shop: '' },
      more: MORE,
    };
    return {
      ...environmentOf(service, installation),
      ...(service === 'gateway' || service === 'accounts' ? { PUBLIC_URL: this.url } : {}),
      OPENSWIPE_ROUTES: JSON.stringify(Object.fromEntries(routes)),
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
    };
  }
}
