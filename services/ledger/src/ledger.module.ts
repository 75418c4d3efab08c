import { type DynamicModule, Module, type Provider, type Abstract } from '@nestjs/common';
import { LedgerService } from '@openswipe/contracts';
import { type Clock, systemClock } from '@openswipe/kernel';
import {
  CLOCK,
  Consumers,
  LOGGER,
  type Logger,
  MONGO,
  OutboxRelay,
  ServiceKitModule,
  type ServiceOptions,
} from '@openswipe/service-kit';
import type { Connection } from 'mongoose';
import { DrivePayouts } from './application/drive-payouts.js';
import { GetBalances } from './application/get-balances.js';
import { ListEntries } from './application/list-entries.js';
import { ListPayouts } from './application/list-payouts.js';
import { MeasureImbalance } from './application/measure-imbalance.js';
import { PostSettlements } from './application/post-settlements.js';
import { RequestPayouts } from './application/request-payouts.js';
import { SealEntries } from './application/seal-entries.js';
import { UpdateBalances } from './application/update-balances.js';
import { SimulatedBank } from './bank/simulated-bank.js';
import type { LedgerConfig } from './config.js';
import { AccountsPayees } from './grpc/accounts-payees.js';
import { LedgerGrpcController } from './grpc/ledger.grpc.controller.js';
import { AssessedTransactionsConsumer } from './kafka/assessed-transactions.consumer.js';
import { entryPosted } from './kafka/entry-posted.js';
import { Bookkeeping, Measuring, PayingOut } from './loop/ledger-loops.js';
import { MongoBalances } from './mongo/balances.js';
import { MongoHashChain } from './mongo/hash-chain.js';
import { MongoJournal } from './mongo/journal.js';
import { MongoPayouts } from './mongo/payouts.js';

type Construct = new (...parts: never[]) => object;

/** A class made of what it names, in the order of its constructor. */
const made = <C extends Construct>(Class: C, ...inject: NonNullable<unknown>[]): Provider => ({
  provide: Class,
  useFactory: (...parts: unknown[]) => new Class(...(parts as never[])),
  inject: inject as never[],
});

const opened = (Class: Abstract<unknown> & { open(connection: Connection): Promise<unknown> }): Provider => ({
  provide: Class,
  useFactory: (connection: Connection) => Class.open(connection),
  inject: [MONGO],
});

const adapters = (config: LedgerConfig, clock: Clock): Provider[] => [
  {
    provide: MongoJournal,
    useFactory: (mongo: Connection, relay: OutboxRelay) => MongoJournal.open(mongo, relay, entryPosted),
    inject: [MONGO, OutboxRelay],
  },
  opened(MongoHashChain),
  opened(MongoBalances),
  opened(MongoPayouts),
  { provide: AccountsPayees, useFactory: () => new AccountsPayees(config.ACCOUNTS_ADDRESS) },
  {
    provide: SimulatedBank,
    useFactory: (mongo: Connection) => SimulatedBank.open(mongo, clock, config.SIMULATED_BANK_SECONDS),
    inject: [MONGO],
  },
];

const useCases: Provider[] = [
  made(PostSettlements, MongoJournal, CLOCK),
  made(SealEntries, MongoJournal, MongoHashChain),
  made(UpdateBalances, MongoJournal, MongoHashChain, MongoBalances),
  made(RequestPayouts, MongoBalances, MongoPayouts, AccountsPayees, CLOCK),
  made(DrivePayouts, MongoBalances, MongoPayouts, MongoJournal, AccountsPayees, SimulatedBank, CLOCK),
  made(ListEntries, MongoJournal),
  made(GetBalances, MongoBalances),
  made(ListPayouts, MongoPayouts),
  made(MeasureImbalance, MongoBalances),
];

const movers = (config: LedgerConfig): Provider[] => [
  made(AssessedTransactionsConsumer, Consumers, PostSettlements),
  {
    provide: Bookkeeping,
    useFactory: (sealing: SealEntries, balancing: UpdateBalances, logger: Logger) =>
      new Bookkeeping(sealing, balancing, config.BOOKKEEPING_INTERVAL_SECONDS, logger),
    inject: [SealEntries, UpdateBalances, LOGGER],
  },
  {
    provide: PayingOut,
    useFactory: (requests: RequestPayouts, driving: DrivePayouts, logger: Logger) =>
      new PayingOut(requests, driving, config.PAYOUT_INTERVAL_SECONDS, logger),
    inject: [RequestPayouts, DrivePayouts, LOGGER],
  },
  made(Measuring, MeasureImbalance, LOGGER),
];

/** The only place where ports meet adapters. */
@Module({})
export class LedgerModule {
  static forRoot(config: LedgerConfig, clock: Clock = systemClock): DynamicModule {
    return {
      module: LedgerModule,
      imports: [ServiceKitModule.forRoot('ledger', config, clock)],
      controllers: [LedgerGrpcController],
      providers: [...adapters(config, clock), ...useCases, ...movers(config)],
    };
  }
}

/** What `startService` needs to run this service. */
export const options = (config: LedgerConfig, clock?: Clock): ServiceOptions => ({
  name: 'ledger',
  config,
  module: LedgerModule.forRoot(config, clock),
  grpc: ['openswipe.ledger.v1.Ledger', LedgerService],
});
