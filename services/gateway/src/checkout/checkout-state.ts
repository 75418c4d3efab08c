import type { Order } from '@openswipe/contracts';
import type { Clock } from '@openswipe/kernel';
import type { Accounts } from '../grpc/peers.js';
import { ExpiringMap } from '../http/expiring-map.js';
import { toOrderView } from '../http/order.mapper.js';
import type { OrderView } from '../http/order.view.js';

/** What a checkout page shows live. */
export interface CheckoutState extends Pick<OrderView, 'status' | 'version' | 'lastFailure'> {
  /** Signed; once the order is paid, canceled or expired. */
  readonly returnUrl?: string;
}

/** What the shop is told on return; a refund later does not change that the order was paid. */
const RETURN_STATUS: Partial<Record<OrderView['status'], 'paid' | 'canceled' | 'expired'>> = {
  paid: 'paid',
  partially_refunded: 'paid',
  refunded: 'paid',
  canceled: 'canceled',
  expired: 'expired',
};
const SIGNATURES_MAX = 5_000;
const SIGNATURE_KEPT_MS = 600_000;

export class CheckoutStates {
  readonly #signatures = new ExpiringMap<string, string>(SIGNATURES_MAX);

  constructor(
    private readonly accounts: Accounts,
    private readonly clock: Clock,
  ) {}

  /** Throws `TransientFault` when the return cannot be signed at the moment. */
  async of(order: Order): Promise<CheckoutState> {
    const { status, version, lastFailure } = toOrderView(order);
    const returnUrl = await this.#returnUrl(order, status);
    return { status, version, ...(lastFailure && { lastFailure }), ...(returnUrl && { returnUrl }) };
  }

  async #returnUrl(order: Order, status: OrderView['status']): Promise<string | undefined> {
    const returnStatus = RETURN_STATUS[status];
    const base = (returnStatus === 'paid' ? '' : order.cancelUrl) || order.returnUrl;
    if (!returnStatus || !isWebAddress(base)) return undefined;
    const url = new URL(base);
    url.searchParams.set('order', order.id);
    url.searchParams.set('status', returnStatus);
    url.searchParams.set('signature', await this.#signature(order, returnStatus));
    return url.href;
  }

  async #signature({ id: orderId, merchantId }: Order, status: string): Promise<string> {
    const key = `${orderId}.${status}`;
    const now = this.clock.now().getTime();
    const known = this.#signatures.get(key, now);
    if (known !== undefined) return known;
    const { signature } = await this.accounts.signReturn({ merchantId, orderId, status });
    this.#signatures.set(key, signature, now + SIGNATURE_KEPT_MS);
    return signature;
  }
}

/** Orders checks addresses too; a link on our page must never be a script, whatever came through. */
const isWebAddress = (text: string): boolean =>
  URL.canParse(text) && ['https:', 'http:'].includes(new URL(text).protocol);
