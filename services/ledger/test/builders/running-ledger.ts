import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import {
  AccountsService,
  type GetPayeeRequest,
  LedgerClient,
  type Payee,
  TOPICS,
  TransactionAssessed,
} from '@openswipe/contracts';
import {
  KafkaBroker,
  MONGO,
  Publisher,
  RemoteService,
  type RunningService,
  loadConfig,
  startService,
  toRecord,
} from '@openswipe/service-kit';
import type { Connection } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { DrivePayouts } from '../../src/application/drive-payouts.js';
import { RequestPayouts } from '../../src/application/request-payouts.js';
import { SealEntries } from '../../src/application/seal-entries.js';
import { UpdateBalances } from '../../src/application/update-balances.js';
import { ledgerConfig } from '../../src/config.js';
import { options } from '../../src/ledger.module.js';

const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must name the broker or database of this test`);
  return value;
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits for a condition with a deadline; never for a time. */
export async function eventually<T>(read: () => Promise<T | undefined> | T | undefined, what: string): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const found = await read();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`did not happen in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** `accounts` at the wire: it knows the bank account numbers in `bankAccounts`, by payee. */
async function fakeAccounts(bankAccounts: ReadonlyMap<string, string>): Promise<{ address: string; server: Server }> {
  const getPayee = ({ request }: ServerUnaryCall<GetPayeeRequest, Payee>, answer: sendUnaryData<Payee>): void => {
    const accountNumber = bankAccounts.get(request.payeeId);
    const bankAccount = accountNumber ? { bankCode: 'ICBC', accountNumber, holder: 'Holder' } : undefined;
    answer(null, { id: request.payeeId, name: 'Payee', bankAccount });
  };
  const refuse = (_: unknown, answer: sendUnaryData<never>): void => answer({ code: status.UNIMPLEMENTED });
  const handlers = Object.fromEntries(Object.keys(AccountsService).map((name) => [name, refuse]));
  const server = new Server();
  server.addService(AccountsService, { ...handlers, getPayee } as never);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { address: `127.0.0.1:${port}`, server };
}

/** The service with its loops asleep: a test takes each step itself. */
export class RunningLedger {
  readonly bankAccounts = new Map<string, string>();
  #service!: RunningService;
  #accounts!: Server;
  remote!: RemoteService<LedgerClient>;

  static async start(): Promise<RunningLedger> {
    const ledger = new RunningLedger();
    const accounts = await fakeAccounts(ledger.bankAccounts);
    const run = randomBytes(4).toString('hex');
    const address = `127.0.0.1:${await freePort()}`;
    const config = loadConfig(ledgerConfig, {
      KAFKA_BROKERS: required('KAFKA_BROKERS'),
      MONGO_URL: required('MONGO_URL'),
      MONGO_DATABASE: `t-ledger-${run}`,
      TOPIC_PREFIX: `t-${run}-`,
      GRPC_LISTEN: address,
      HTTP_LISTEN: `127.0.0.1:${await freePort()}`,
      LOG_LEVEL: 'fatal',
      ACCOUNTS_ADDRESS: accounts.address,
      BOOKKEEPING_INTERVAL_SECONDS: '86400',
      PAYOUT_INTERVAL_SECONDS: '86400',
      SIMULATED_BANK_SECONDS: '0',
    });
    ledger.#accounts = accounts.server;
    ledger.#service = await startService(options(config));
    ledger.remote = new RemoteService(LedgerClient, address);
    return ledger;
  }

  async stop(): Promise<void> {
    this.remote.close();
    await this.#service.stop();
    this.#accounts.forceShutdown();
  }

  get<T>(token: { readonly prototype: T }): T {
    return this.#service.app.get<T>(token as never);
  }

  get mongo(): Connection {
    return this.#service.app.get<Connection>(MONGO);
  }

  async keepBooks(): Promise<void> {
    await this.get(SealEntries).execute();
    await this.get(UpdateBalances).execute();
  }

  async payOut(): Promise<void> {
    await this.get(RequestPayouts).execute();
    await this.get(DrivePayouts).execute();
  }

  /** Publishes the records and waits until the service has committed all there are. */
  async assess(...partials: readonly Partial<TransactionAssessed>[]): Promise<void> {
    const records = partials.map((partial) => {
      const assessed = TransactionAssessed.fromPartial(partial);
      const context = { correlationId: assessed.orderId, causationId: assessed.transactionId, occurredAt: new Date() };
      return toRecord(TOPICS.transactionAssessed, assessed.orderId, assessed, context);
    });
    await this.get(Publisher).publish(records);
    const broker = this.get(KafkaBroker);
    const topic = broker.physicalName(TOPICS.transactionAssessed.name);
    const admin = broker.client.admin();
    await admin.connect();
    const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]));
    await eventually(async () => {
      const [group] = await admin.fetchOffsets({ groupId: broker.physicalName('ledger'), topics: [topic] });
      const isRead = (partition: number, offset: string) => [offset, '0'].includes(ends.get(partition) ?? '0');
      return group?.partitions.every(({ partition, offset }) => isRead(partition, offset)) || undefined;
    }, 'all assessments read');
    await admin.disconnect();
  }
}
