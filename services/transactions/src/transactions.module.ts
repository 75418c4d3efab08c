import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { fromHex, type Key } from '@openswipe/card';
import { BaseDerivationKeys, nodeAes, SoftwareKeyStore, type KeyStore } from '@openswipe/card/host';
import { TransactionsService } from '@openswipe/contracts';
import { DomainError, Sensitive, type Clock } from '@openswipe/kernel';
import {
  CLOCK,
  Consumers,
  LOGGER,
  MONGO,
  OutboxRelay,
  ServiceKitModule,
  type Logger,
  type ServiceOptions,
} from '@openswipe/service-kit';
import type { Connection } from 'mongoose';
import { AcceptSubmittedTransactions } from './application/accept-submitted-transactions.js';
import { AnswerReaderChallenge } from './application/answer-reader-challenge.js';
import { ApplyAssessments } from './application/apply-assessments.js';
import { ApplyPostedEntries } from './application/apply-posted-entries.js';
import { AskAccounts } from './application/ask-accounts.js';
import { ConsumeKsns } from './application/consume-ksns.js';
import { GetTransaction } from './application/get-transaction.js';
import { IssueInitialKey } from './application/issue-initial-key.js';
import { DATA_BDK, KEY_IDS, READER_KEY_IDS } from './application/key-ids.js';
import { OpenCard } from './application/open-card.js';
import { OpenEnvelope } from './application/open-envelope.js';
import { ResolveUnknownOutcomes } from './application/resolve-unknown-outcomes.js';
import type { TransactionsConfig } from './config.js';
import { ZoneCardDataSealer } from './crypto/zone-card-data-sealer.js';
import { useReaderKsn } from './domain/reader-counter.js';
import { useKsn } from './domain/terminal-counter.js';
import { RemoteAccounts } from './grpc/remote-accounts.js';
import { RemoteOrders } from './grpc/remote-orders.js';
import { RemoteRisk } from './grpc/remote-risk.js';
import { TransactionsGrpcController } from './grpc/transactions.grpc.controller.js';
import { AssessmentsConsumer } from './kafka/assessments.consumer.js';
import { PostedEntriesConsumer } from './kafka/posted-entries.consumer.js';
import { SubmittedTransactionsConsumer } from './kafka/submitted-transactions.consumer.js';
import { UnknownOutcomesLoop } from './loop/unknown-outcomes.loop.js';
import { MongoCardVault } from './mongo/card-vault.js';
import { ReaderCounterRepository } from './mongo/reader-counter.repository.js';
import { TerminalCounterRepository } from './mongo/terminal-counter.repository.js';
import { TransactionRepository } from './mongo/transaction.repository.js';
import { outboxOf } from './wire/transaction-events.mapper.js';

export const options = (config: TransactionsConfig): ServiceOptions => ({
  name: 'transactions',
  config,
  module: TransactionsModule.forRoot(config),
  grpc: ['openswipe.transactions.v1.Transactions', TransactionsService],
});

/** Where ports meet adapters. */
@Module({})
export class TransactionsModule {
  static forRoot(config: TransactionsConfig): DynamicModule {
    return {
      module: TransactionsModule,
      imports: [ServiceKitModule.forRoot('transactions', config)],
      controllers: [TransactionsGrpcController],
      providers: [...doorsOf(config), acceptOf(), ...useCasesOf(config), ...consumersOf(config)],
    };
  }
}

const KEYS = Symbol('KEYS');

function doorsOf(config: TransactionsConfig): Provider[] {
  return [
    { provide: KEYS, useFactory: () => openKeys(config) },
    {
      provide: BaseDerivationKeys,
      useFactory: (keys: KeyStore) => new BaseDerivationKeys(nodeAes, keys, DATA_BDK, config.DATA_BDK_ID),
      inject: [KEYS],
    },
    { provide: RemoteOrders, useFactory: () => new RemoteOrders(config.ORDERS_ADDRESS) },
    { provide: RemoteAccounts, useFactory: () => new RemoteAccounts(config.ACCOUNTS_ADDRESS) },
    { provide: RemoteRisk, useFactory: () => new RemoteRisk(config.RISK_ADDRESS) },
    {
      provide: TransactionRepository,
      useFactory: (connection: Connection, relay: OutboxRelay) =>
        TransactionRepository.open(connection, relay, outboxOf),
      inject: [MONGO, OutboxRelay],
    },
    {
      provide: TerminalCounterRepository,
      useFactory: (connection: Connection) => TerminalCounterRepository.open(connection),
      inject: [MONGO],
    },
    {
      provide: ReaderCounterRepository,
      useFactory: (connection: Connection) => ReaderCounterRepository.open(connection),
      inject: [MONGO],
    },
    {
      provide: MongoCardVault,
      useFactory: (connection: Connection, keys: KeyStore) => MongoCardVault.open(connection, nodeAes, keys),
      inject: [MONGO, KEYS],
    },
  ];
}

function acceptOf(): Provider {
  return {
    provide: AcceptSubmittedTransactions,
    useFactory: (
      transactions: TransactionRepository,
      counters: TerminalCounterRepository,
      readerCounters: ReaderCounterRepository,
      vault: MongoCardVault,
      orders: RemoteOrders,
      accounts: RemoteAccounts,
      keys: KeyStore,
      dataBdks: BaseDerivationKeys,
      clock: Clock,
    ) =>
      new AcceptSubmittedTransactions({
        transactions,
        orders,
        openEnvelope: new OpenEnvelope(nodeAes, dataBdks),
        consumeKsns: new ConsumeKsns(counters, useKsn),
        openCard: new OpenCard(keys),
        consumeReaderKsns: new ConsumeKsns(readerCounters, useReaderKsn),
        askAccounts: new AskAccounts(accounts),
        vault,
        sealer: new ZoneCardDataSealer(nodeAes, keys),
        clock,
      }),
    inject: [
      TransactionRepository,
      TerminalCounterRepository,
      ReaderCounterRepository,
      MongoCardVault,
      RemoteOrders,
      RemoteAccounts,
      KEYS,
      BaseDerivationKeys,
      CLOCK,
    ],
  };
}

function useCasesOf(config: TransactionsConfig): Provider[] {
  return [
    {
      provide: ApplyAssessments,
      useFactory: (transactions: TransactionRepository, clock: Clock) => new ApplyAssessments(transactions, clock),
      inject: [TransactionRepository, CLOCK],
    },
    {
      provide: ApplyPostedEntries,
      useFactory: (transactions: TransactionRepository, clock: Clock) => new ApplyPostedEntries(transactions, clock),
      inject: [TransactionRepository, CLOCK],
    },
    {
      provide: GetTransaction,
      useFactory: (transactions: TransactionRepository) => new GetTransaction(transactions),
      inject: [TransactionRepository],
    },
    {
      provide: AnswerReaderChallenge,
      useFactory: (keys: KeyStore, accounts: RemoteAccounts) => new AnswerReaderChallenge(keys, accounts),
      inject: [KEYS, RemoteAccounts],
    },
    {
      provide: IssueInitialKey,
      useFactory: (counters: TerminalCounterRepository, dataBdks: BaseDerivationKeys) =>
        new IssueInitialKey(nodeAes, dataBdks, counters),
      inject: [TerminalCounterRepository, BaseDerivationKeys],
    },
    {
      provide: ResolveUnknownOutcomes,
      useFactory: (transactions: TransactionRepository, risk: RemoteRisk, clock: Clock) =>
        new ResolveUnknownOutcomes(transactions, risk, clock, {
          unknownRetryMs: config.UNKNOWN_RETRY_SECONDS * 1_000,
          unknownLimitMs: config.UNKNOWN_LIMIT_SECONDS * 1_000,
          stuckLimitMs: config.STUCK_LIMIT_SECONDS * 1_000,
        }),
      inject: [TransactionRepository, RemoteRisk, CLOCK],
    },
  ];
}

function consumersOf(config: TransactionsConfig): Provider[] {
  return [
    {
      provide: SubmittedTransactionsConsumer,
      useFactory: (consumers: Consumers, accept: AcceptSubmittedTransactions, logger: Logger) =>
        new SubmittedTransactionsConsumer(consumers, accept, logger),
      inject: [Consumers, AcceptSubmittedTransactions, LOGGER],
    },
    {
      provide: AssessmentsConsumer,
      useFactory: (consumers: Consumers, apply: ApplyAssessments) => new AssessmentsConsumer(consumers, apply),
      inject: [Consumers, ApplyAssessments],
    },
    {
      provide: PostedEntriesConsumer,
      useFactory: (consumers: Consumers, apply: ApplyPostedEntries) => new PostedEntriesConsumer(consumers, apply),
      inject: [Consumers, ApplyPostedEntries],
    },
    {
      provide: UnknownOutcomesLoop,
      useFactory: (resolve: ResolveUnknownOutcomes, logger: Logger) =>
        new UnknownOutcomesLoop(resolve, config.UNKNOWN_RETRY_SECONDS * 1_000, logger),
      inject: [ResolveUnknownOutcomes, LOGGER],
    },
  ];
}

/** Fails at the start, not at the first payment, when a key is missing or not what it should be. */
function openKeys(config: TransactionsConfig): KeyStore {
  const masterKey = new Sensitive(fromHex(config.MASTER_KEY, 32, 'CARD.KEY_INVALID', 'The master key'));
  const keys = SoftwareKeyStore.open(masterKey, config.KEY_BLOCKS);
  KEY_IDS.forEach((id) => keys.key(id));
  READER_KEY_IDS.filter((id) => id in config.KEY_BLOCKS).forEach((id) => requireReaderBdk(id, keys.key(id)));
  return keys;
}

/** Two-key TDES and AES-128 are both 16 bytes. Throws `CARD.KEY_INVALID`. */
function requireReaderBdk(id: string, key: Key): void {
  if (key.reveal('length of a BDK').length === 16) return;
  throw new DomainError('CARD.KEY_INVALID', `The BDK of readers ${id} must have 16 bytes`, { facts: { keyId: id } });
}
