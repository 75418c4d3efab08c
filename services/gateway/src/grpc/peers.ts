import { AccountsClient, OrdersClient, RiskClient, TransactionsClient } from '@openswipe/contracts';
import { type Calls, RemoteService } from '@openswipe/service-kit';
import type { GatewayConfig } from '../config.js';

export type Orders = Calls<OrdersClient>;
export type Transactions = Calls<TransactionsClient>;
export type Accounts = Calls<AccountsClient>;
export type Risk = Calls<RiskClient>;

/** The services behind the edge. Calls throw `DomainError` for a refusal and `TransientFault` for no answer. */
export class Peers {
  readonly #orders: RemoteService<OrdersClient>;
  readonly #transactions: RemoteService<TransactionsClient>;
  readonly #accounts: RemoteService<AccountsClient>;
  readonly #risk: RemoteService<RiskClient>;

  constructor(config: Pick<GatewayConfig, `${'ORDERS' | 'TRANSACTIONS' | 'ACCOUNTS' | 'RISK'}_ADDRESS`>) {
    this.#orders = new RemoteService(OrdersClient, config.ORDERS_ADDRESS);
    this.#transactions = new RemoteService(TransactionsClient, config.TRANSACTIONS_ADDRESS);
    this.#accounts = new RemoteService(AccountsClient, config.ACCOUNTS_ADDRESS);
    this.#risk = new RemoteService(RiskClient, config.RISK_ADDRESS);
  }

  get orders(): Orders {
    return this.#orders.call;
  }

  get transactions(): Transactions {
    return this.#transactions.call;
  }

  get accounts(): Accounts {
    return this.#accounts.call;
  }

  get risk(): Risk {
    return this.#risk.call;
  }

  /** After the HTTP server has answered its last request. */
  onApplicationShutdown(): void {
    this.#orders.close();
    this.#transactions.close();
    this.#accounts.close();
    this.#risk.close();
  }
}
