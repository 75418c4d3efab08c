import type { Order } from '../gateway/order.js';
import type { PaymentRecord } from '../records/payment-record.js';
import { amountText, t, timeText } from '../i18n/translate.js';

/** What is paid for, from the data that the digest is made of; once it is confirmed, goods and terms fold away. */
export function OrderDetails({ order, folded }: { order: Order; folded: boolean }) {
  return (
    <section class="card details" data-testid="order-details">
      <span class="hint">{t('order.payee')}</span>
      <strong class="payee">{order.payeeName}</strong>
      <strong class="amount huge" data-testid="amount">
        {amountText(order)}
      </strong>
      {folded ? (
        <details>
          <summary>{t('order.details')}</summary>
          <Facts order={order} />
        </details>
      ) : (
        <Facts order={order} />
      )}
    </section>
  );
}

function Facts({ order }: { order: Order }) {
  return (
    <>
      <Lines of={order} />
      <dl>
        {order.terms !== '' && (
          <>
            <dt>{t('order.terms')}</dt>
            <dd>{order.terms}</dd>
          </>
        )}
        <dt>{t('order.time')}</dt>
        <dd>{timeText(order.createdAt)}</dd>
        <dt>{t('order.expires')}</dt>
        <dd>{timeText(order.expiresAt)}</dd>
        <dt>{t('order.number')}</dt>
        <dd class="mono">{order.id}</dd>
      </dl>
    </>
  );
}

export function Lines({ of }: { of: Pick<Order | PaymentRecord, 'lines' | 'currency'> }) {
  if (of.lines.length === 0) return null;
  return (
    <>
      <h2 class="small">{t('order.lines')}</h2>
      <ul class="lines">
        {of.lines.map(({ name, quantity, unitAmountMinor, attributes }) => {
          const amountMinor = String(BigInt(unitAmountMinor) * BigInt(quantity));
          return (
            <li key={name} class="row">
              <span>
                {name}
                {quantity > 1 && ` × ${quantity}`}
                <span class="hint block">{Object.values(attributes).join(' · ')}</span>
              </span>
              <span class="number">{amountText({ amountMinor, currency: of.currency })}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
