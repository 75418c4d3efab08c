import { TOPICS, type Order, type Transaction } from '@openswipe/contracts';
import { type Broadcast, describeError, type Logger } from '@openswipe/service-kit';
import type { CheckoutStates } from '../checkout/checkout-state.js';
import { toOrderView } from '../http/order.mapper.js';
import type { AccessTokens } from '../terminal-api/access-tokens.js';
import { toTransactionView } from '../terminal-api/transaction.view.js';
import type { PushHub } from './push-hub.js';

/** Reads what happened, whole, in every replica, tells the people connected to this one, and lets go who must go. */
export class ChangesReader {
  constructor(
    broadcast: Broadcast,
    private readonly hub: PushHub,
    private readonly states: CheckoutStates,
    private readonly tokens: AccessTokens,
    private readonly logger: Logger,
  ) {
    broadcast.on(TOPICS.orderChanged, ({ value: { order } }) => order && this.#tellOfOrder(order));
    broadcast.on(TOPICS.transactionConcluded, ({ value: { transaction } }) => {
      if (transaction) this.#tellOfTransaction(transaction);
    });
    // From the oldest on: what was revoked while this replica did not run may have tokens that still live.
    broadcast.on(
      TOPICS.terminalRevoked,
      ({ value: { accountId, terminalId } }) => {
        this.tokens.revoke(terminalId);
        this.hub.endTerminal(accountId, terminalId);
      },
      'oldest',
    );
  }

  #tellOfOrder(order: Order): void {
    if (order.targetAccountId) {
      this.hub.pushToAccount(order.targetAccountId, 'order', { order: toOrderView(order) });
    }
    if (!this.hub.hasPages(order.id)) return;
    this.states.of(order).then(
      (state) => this.hub.pushToPages(order.id, 'order', state),
      (error: unknown) => this.logger.warn({ error: describeError(error) }, 'checkout page not told'),
    );
  }

  #tellOfTransaction(transaction: Transaction): void {
    this.hub.pushToAccount(transaction.accountId, 'transaction', toTransactionView(transaction));
  }
}
