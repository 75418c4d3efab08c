import { deriveInitialKey, fromHex } from '@openswipe/card';
import { nodeAes, wrapKeyBlock } from '@openswipe/card/host';
import { Sensitive } from '@openswipe/kernel';
import { Random } from '../shared/random.mjs';
import { LedgerModule } from '../../services/ledger/dist/ledger.module.js';
import { OrdersModule } from '../../services/orders/dist/orders.module.js';
import { RiskModule } from '../../services/risk/dist/risk.module.js';
import { TransactionsModule } from '../../services/transactions/dist/transactions.module.js';
import { ledgerConfig } from '../../services/ledger/dist/config.js';
import { ordersConfig } from '../../services/orders/dist/config.js';
import { riskConfig } from '../../services/risk/dist/config.js';
import { transactionsConfig } from '../../services/transactions/dist/config.js';

/** Header fields of the key blocks (TR-31). */
const USES = /** @type {const} */ ({
  'data-bdk': { usage: 'B0', algorithm: 'A', modeOfUse: 'X', length: 16 },
  'pin-bdk': { usage: 'B0', algorithm: 'A', modeOfUse: 'X', length: 16 },
  vault: { usage: 'D0', algorithm: 'A', modeOfUse: 'B', length: 32 },
  'vault-index': { usage: 'M7', algorithm: 'H', modeOfUse: 'G', length: 32 },
  'zone-card-data': { usage: 'D0', algorithm: 'A', modeOfUse: 'B', length: 32 },
  'issuer-pin': { usage: 'M7', algorithm: 'H', modeOfUse: 'G', length: 32 },
});

const random = new Random(0x6f70656e);
const MASTER_KEY = new Sensitive(new Uint8Array(random.bytes(32)));
const keys = Object.fromEntries(
  Object.entries(USES).map(([id, { length }]) => [id, new Sensitive(new Uint8Array(random.bytes(length)))]),
);
const keyBlocks = Object.fromEntries(
  Object.entries(USES).map(([id, { length: _, ...use }]) => {
    const key = /** @type {import('@openswipe/card').Key} */ (keys[id]);
    return [id, wrapKeyBlock(MASTER_KEY, { ...use, keyVersion: '00', exportability: 'N' }, key)];
  }),
);

export const DATA_BDK_ID = '4f534431';
export const PIN_BDK_ID = '4f535031';

/**
 * The initial key of a terminal, as its enrolment would give it.
 * @param {'data' | 'pin'} use @param {string} derivationId
 */
export const initialKeyOf = (use, derivationId) => {
  const [bdk, id] = use === 'data' ? [keys['data-bdk'], DATA_BDK_ID] : [keys['pin-bdk'], PIN_BDK_ID];
  const initialKeyId = `${id}${derivationId}`;
  const bytes = fromHex(initialKeyId, 8, 'CARD.KSN_INVALID', 'An initial key id');
  return {
    initialKeyId,
    key: deriveInitialKey(nodeAes, /** @type {import('@openswipe/card').Key} */ (bdk), bytes),
  };
};

const environment = {
  KAFKA_BROKERS: 'memory:1',
  MONGO_URL: 'mongodb://memory',
  MONGO_DATABASE: 'memory',
  GRPC_LISTEN: 'memory:1',
  HTTP_LISTEN: 'memory:1',
  LOG_LEVEL: 'silent',
  ORDERS_ADDRESS: 'orders:1',
  TRANSACTIONS_ADDRESS: 'transactions:1',
  RISK_ADDRESS: 'risk:1',
  ACCOUNTS_ADDRESS: 'accounts:1',
  MASTER_KEY: Buffer.from(MASTER_KEY.reveal('configuration')).toString('hex'),
  KEY_BLOCKS: JSON.stringify(keyBlocks),
  STUCK_LIMIT_SECONDS: '60',
  VELOCITY_MAX: '5000',
  VELOCITY_ACCOUNT_MAX: '5000',
  PAYOUT_INTERVAL_SECONDS: '20',
};

export { environment };

/** The services' own modules: what they list is what runs. @type {Record<string, () => any>} */
export const MODULES = {
  orders: () => OrdersModule.forRoot(/** @type {any} */ (ordersConfig.parse(environment))),
  transactions: () => TransactionsModule.forRoot(/** @type {any} */ (transactionsConfig.parse(environment))),
  risk: () => RiskModule.forRoot(/** @type {any} */ (riskConfig.parse(environment))),
  ledger: () => LedgerModule.forRoot(/** @type {any} */ (ledgerConfig.parse(environment))),
};

/** @type {Record<string, string>} */
export const GRPC_NAMES = {
  orders: 'openswipe.orders.v1.Orders',
  transactions: 'openswipe.transactions.v1.Transactions',
  risk: 'openswipe.risk.v1.Risk',
};
