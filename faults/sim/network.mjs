import { Metadata, status } from '@grpc/grpc-js';
import {
  AccountsClient,
  AccountsService,
  OrdersClient,
  OrdersService,
  RiskClient,
  RiskService,
  TransactionsClient,
  TransactionsService,
} from '@openswipe/contracts';
import { toGrpcError } from '@openswipe/service-kit';
import { owner } from './virtual-clock.mjs';

/**
 * Full names as in the paths of the calls.
 * @type {Record<string, { service: string, Client: any, definition: any }>}
 */
const SERVICES = {
  'openswipe.orders.v1.Orders': { service: 'orders', Client: OrdersClient, definition: OrdersService },
  'openswipe.transactions.v1.Transactions': {
    service: 'transactions',
    Client: TransactionsClient,
    definition: TransactionsService,
  },
  'openswipe.risk.v1.Risk': { service: 'risk', Client: RiskClient, definition: RiskService },
  'openswipe.accounts.v1.Accounts': { service: 'accounts', Client: AccountsClient, definition: AccountsService },
};

const LOOK_AGAIN_MS = 100;

/** Carries the unary calls of every generated client to a living process, or loses them on the way. */
export class Network {
  /** @param {import('./world.mjs').World} world */
  constructor(world) {
    this.world = world;
  }

  /** Takes the place of the generated clients' methods. Gives the way back. */
  install() {
    const ways = Object.values(SERVICES).flatMap(({ Client: { prototype }, definition }) =>
      Object.entries(definition).map(([name, method]) => {
        const before = prototype[name];
        prototype[name] = this.#method(/** @type {any} */ (method));
        return () => (prototype[name] = before);
      }),
    );
    return () => ways.forEach((back) => back());
  }

  #method(/** @type {any} */ { path, requestSerialize, responseDeserialize }) {
    return (
      /** @type {any} */ request,
      /** @type {any} */ _,
      /** @type {any} */ options,
      /** @type {any} */ callback,
    ) => {
      this.#call(path, requestSerialize(request), options.deadline).then(
        (bytes) => callback(null, responseDeserialize(bytes)),
        (error) => callback(error),
      );
    };
  }

  /** @param {string} path @param {Buffer} request @param {Date} deadline @returns {Promise<Buffer>} */
  #call(path, request, deadline) {
    const { clock } = this.world;
    const caller = owner.getStore();
    return new Promise((resolve, reject) => {
      let isOver = false;
      const end = (/** @type {() => void} */ work) => {
        if (isOver) return;
        isOver = true;
        clock.schedule(this.world.random.whole(0, 1), work, caller);
      };
      const late = { code: status.DEADLINE_EXCEEDED, message: 'deadline', metadata: new Metadata() };
      clock.schedule(deadline.getTime() - clock.seenMs(), () => end(() => reject(late)), null);
      const answer = (/** @type {{ bytes?: Buffer, error?: any }} */ { bytes, error }) =>
        end(() => (bytes ? resolve(bytes) : reject(error)));
      this.#send(path, request, caller?.service ?? 'world', answer, () => isOver);
    });
  }

  /**
   * @param {string} path @param {Buffer} request @param {string} caller
   * @param {(outcome: { bytes?: Buffer, error?: any }) => void} answer
   * @param {() => boolean} isOver
   */
  #send(path, request, caller, answer, isOver) {
    const { world } = this;
    const isLost = world.plan.strikes(world, 'callLost', caller);
    const isAnswerLost = !isLost && world.plan.strikes(world, 'callAnswerLost', caller);
    if (isLost) return world.noteFault('call lost', path);
    const arrive = () => {
      if (isOver()) return;
      const [, name = '', method = ''] = path.split('/');
      const server = this.#serverOf(name);
      if (!server) return world.clock.schedule(LOOK_AGAIN_MS, arrive, null);
      const reply = async () => {
        const outcome = await this.#serve(server, name, method, request);
        world.note('served', path);
        if (isAnswerLost) return world.noteFault('call answer lost', path);
        answer(outcome);
      };
      owner.run(server, () => void reply());
    };
    world.clock.schedule(world.random.whole(0, 2), arrive, null);
  }

  #serverOf(/** @type {string} */ name) {
    const living = this.world.alive(SERVICES[name]?.service ?? '').filter((process) => process.served.has(name));
    return living.length === 0 ? undefined : this.world.random.pick(living);
  }

  /**
   * @param {import('./world.mjs').Process} server
   * @param {string} name @param {string} method @param {Buffer} request
   */
  async #serve(server, name, method, request) {
    const call = method.charAt(0).toLowerCase() + method.slice(1);
    const { requestDeserialize, responseSerialize } = SERVICES[name]?.definition[call] ?? {};
    try {
      const answer = await server.served.get(name)[call](requestDeserialize(request));
      return { bytes: responseSerialize(answer) };
    } catch (error) {
      this.world.note('call refused', `${name}.${call} ${/** @type {any} */ (error).code ?? error}`);
      return { error: toGrpcError(error) };
    }
  }
}
