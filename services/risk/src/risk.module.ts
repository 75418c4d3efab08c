import { type DynamicModule, Module } from '@nestjs/common';
import { fromHex } from '@openswipe/card';
import { BaseDerivationKeys, SoftwareKeyStore, nodeAes, type KeyStore } from '@openswipe/card/host';
import { RiskService } from '@openswipe/contracts';
import { DomainError, Sensitive, type Clock } from '@openswipe/kernel';
import { CLOCK, Consumers, MONGO, OutboxRelay, ServiceKitModule, type ServiceOptions } from '@openswipe/service-kit';
import type { Connection } from 'mongoose';
import { IssuerSecrets } from './acquirer/issuer-secrets.js';
import { IssuerSimulator } from './acquirer/issuer-simulator.js';
import { AssessTransactions } from './application/assess-transactions.js';
import { GetSecurityChecks } from './application/get-security-checks.js';
import { IssueInitialKey } from './application/issue-initial-key.js';
import { PIN_BDK, READER_PIN_AES_BDK, READER_PIN_BDK, ReadPin } from './application/read-pin.js';
import { ResolveAuthorization } from './application/resolve-authorization.js';
import type { RiskConfig } from './config.js';
import { RuleBook } from './domain/rule-book.js';
import { RiskGrpcController } from './grpc/risk.grpc.controller.js';
import { toAssessedEntry } from './kafka/transaction-assessed.mapper.js';
import { TransactionVerifiedConsumer } from './kafka/transaction-verified.consumer.js';
import { MongoAssessments } from './mongo/assessment.repository.js';
import { MongoIssuedKeys } from './mongo/issued-key.repository.js';
import { MongoVelocity } from './mongo/velocity.repository.js';

/** Where ports meet adapters. */
@Module({})
export class RiskModule {
  static forRoot(config: RiskConfig): DynamicModule {
    return {
      module: RiskModule,
      imports: [ServiceKitModule.forRoot('risk', config)],
      controllers: [RiskGrpcController],
      providers: [...stores(config), ...useCases(config)],
    };
  }
}

const KEYS = Symbol('KEYS');

const stores = (config: RiskConfig) => [
  { provide: KEYS, useFactory: () => openKeyStore(config) },
  {
    provide: BaseDerivationKeys,
    useFactory: (keys: KeyStore) => new BaseDerivationKeys(nodeAes, keys, PIN_BDK, config.PIN_BDK_ID),
    inject: [KEYS],
  },
  {
    provide: MongoAssessments,
    useFactory: (connection: Connection, relay: OutboxRelay) =>
      MongoAssessments.open(connection, relay, toAssessedEntry),
    inject: [MONGO, OutboxRelay],
  },
  {
    provide: MongoVelocity,
    useFactory: (connection: Connection, clock: Clock) => MongoVelocity.open(connection, ruleLimits(config), clock),
    inject: [MONGO, CLOCK],
  },
  {
    provide: MongoIssuedKeys,
    useFactory: (connection: Connection, clock: Clock) => MongoIssuedKeys.open(connection, clock),
    inject: [MONGO, CLOCK],
  },
  {
    provide: IssuerSimulator,
    useFactory: (connection: Connection, keys: KeyStore, clock: Clock) =>
      IssuerSimulator.open(
        connection,
        new IssuerSecrets(keys.key('issuer-pin')),
        {
          dailyLimitMinor: config.ISSUER_SIMULATOR_DAILY_LIMIT_MINOR,
          chipKey: config.KEY_BLOCKS['issuer-chip'] === undefined ? null : keys.key('issuer-chip'),
          reset: config.ISSUER_SIMULATOR_RESET,
        },
        clock,
      ),
    inject: [MONGO, KEYS, CLOCK],
  },
];

const useCases = (config: RiskConfig) => [
  {
    provide: AssessTransactions,
    useFactory: (
      assessments: MongoAssessments,
      velocity: MongoVelocity,
      issued: MongoIssuedKeys,
      keys: KeyStore,
      pinBdks: BaseDerivationKeys,
      issuer: IssuerSimulator,
      clock: Clock,
    ) => {
      const readPin = new ReadPin(nodeAes, pinBdks, keys);
      return new AssessTransactions(
        assessments,
        velocity,
        issued,
        new RuleBook(ruleLimits(config)),
        config.ISSUER_TABLE,
        readPin,
        issuer,
        clock,
      );
    },
    inject: [MongoAssessments, MongoVelocity, MongoIssuedKeys, KEYS, BaseDerivationKeys, IssuerSimulator, CLOCK],
  },
  {
    provide: ResolveAuthorization,
    useFactory: (assessments: MongoAssessments, issuer: IssuerSimulator, clock: Clock) =>
      new ResolveAuthorization(assessments, issuer, clock),
    inject: [MongoAssessments, IssuerSimulator, CLOCK],
  },
  { provide: GetSecurityChecks, useFactory: () => new GetSecurityChecks(config.ISSUER_TABLE) },
  {
    provide: IssueInitialKey,
    useFactory: (pinBdks: BaseDerivationKeys, issued: MongoIssuedKeys) => new IssueInitialKey(nodeAes, pinBdks, issued),
    inject: [BaseDerivationKeys, MongoIssuedKeys],
  },
  {
    provide: TransactionVerifiedConsumer,
    useFactory: (consumers: Consumers, assess: AssessTransactions, keys: KeyStore) =>
      new TransactionVerifiedConsumer(consumers, assess, nodeAes, keys),
    inject: [Consumers, AssessTransactions, KEYS],
  },
];

/** Throws `CARD.KEY_BLOCK_INVALID`, `CARD.KEY_INVALID`: the service does not start without its keys. */
function openKeyStore(config: RiskConfig): KeyStore {
  const masterKey = new Sensitive(fromHex(config.MASTER_KEY, 32, 'CARD.KEY_INVALID', 'The master key'));
  const keys = SoftwareKeyStore.open(masterKey, config.KEY_BLOCKS);
  for (const id of [READER_PIN_BDK, READER_PIN_AES_BDK]) {
    if (!(id in config.KEY_BLOCKS) || keys.key(id).reveal('length of a BDK').length === BDK_BYTES) continue;
    throw new DomainError('CARD.KEY_INVALID', `The BDK ${id} must have 16 bytes`, { facts: { keyId: id } });
  }
  return keys;
}

/** Two-key TDES and AES-128 alike. */
const BDK_BYTES = 16;

const ruleLimits = (config: RiskConfig) => ({
  amountLimitMinor: config.AMOUNT_LIMIT_MINOR,
  velocityMax: { card: config.VELOCITY_MAX, account: config.VELOCITY_ACCOUNT_MAX },
  velocityWindowMs: config.VELOCITY_WINDOW_SECONDS * 1_000,
  blocklist: config.CARD_BLOCKLIST,
  fallback: config.FALLBACK,
});

/** What the chassis starts: the same for `main.ts` and for tests. */
export const riskService = (config: RiskConfig): ServiceOptions => ({
  name: 'risk',
  config,
  module: RiskModule.forRoot(config),
  grpc: ['openswipe.risk.v1.Risk', RiskService],
});
