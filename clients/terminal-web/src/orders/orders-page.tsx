import { Link, Spinner, Title } from '../app/parts.js';
import { useReady, useTerminal } from '../app/context.js';
import type { Order } from '../gateway/order.js';
import type { Outcome } from '../payment/wait-for-outcome.js';
import { amountText, clockText, reasonFor, t, timeText } from '../i18n/translate.js';

const CONNECTION = { connecting: 'orders.connecting', live: 'orders.live', lost: 'orders.lost' } as const;

export function OrdersPage() {
  const { inbox } = useTerminal();
  const connection = inbox.connection.value;
  return (
    <>
      <div class="row">
        <Title>{t('orders.title')}</Title>
        <span class={`connection ${connection}`} role="status" data-testid="connection" data-state={connection}>
          {t(CONNECTION[connection])}
        </span>
      </div>
      <UnderWay />
      <Concluded />
      <OrderList title={t('orders.pending')} empty={t('orders.pendingEmpty')} list={inbox.pending.value} id="pending" />
      <OrderList
        title={t('orders.toCollect')}
        empty={t('orders.toCollectEmpty')}
        list={inbox.toCollect.value}
        id="to-collect"
      />
      <Link to="collect" class="button" testId="collect-new">
        {t('orders.collectNew')}
      </Link>
    </>
  );
}

/** What became of payments while nobody looked: the answer waits here until somebody has seen it. */
function Concluded() {
  const followed = [...useTerminal().payments.followed.value.values()].filter(({ outcome }) => outcome);
  return (
    <>
      {followed.map(({ submission: { order }, outcome }) => (
        <p key={order.id} class={`notice row ${paid(outcome) ? 'good' : 'bad'}`} role="status" data-testid="concluded">
          {t(paid(outcome) ? 'orders.paidSince' : 'orders.notPaidSince', {
            payee: order.payeeName,
            amount: amountText(order),
          })}
          <Link to={`pay/${order.id}`} class="button">
            {t('orders.see')}
          </Link>
        </p>
      ))}
    </>
  );
}

const paid = (outcome: Outcome | undefined): boolean => outcome?.kind === 'settled';

/** Payments on their way, also those of before a reload. */
function UnderWay() {
  const followed = [...useTerminal().payments.followed.value.values()].filter(({ outcome }) => !outcome);
  return (
    <>
      {followed.map(({ submission: { order } }) => (
        <p key={order.id} class="notice warn row" role="status" data-testid="under-way">
          {t('orders.underWay', { payee: order.payeeName, amount: amountText(order) })}
          <Link to={`pay/${order.id}`} class="button">
            {t('orders.see')}
          </Link>
        </p>
      ))}
    </>
  );
}

function OrderList(props: { title: string; empty: string; list: readonly Order[]; id: string }) {
  const { loaded } = useTerminal().inbox;
  return (
    <section aria-labelledby={props.id} data-testid={`list-${props.id}`}>
      <h2 id={props.id}>
        {props.title} {props.list.length > 0 && <span class="count">{props.list.length}</span>}
      </h2>
      {props.list.length > 0 ? (
        <ul class="list cards">
          {props.list.map((order) => (
            <OrderCard key={order.id} order={order} />
          ))}
        </ul>
      ) : loaded.value ? (
        <p class="empty">{props.empty}</p>
      ) : (
        <Spinner text={t('app.starting')} />
      )}
    </section>
  );
}

function OrderCard({ order }: { order: Order }) {
  const status = useOrderStatus(order);
  const label = order.kind === 'collect' ? t('orders.collect') : t('orders.pay');
  return (
    <li class="card order" data-testid="order" data-order-id={order.id} data-status={status.id}>
      <div class="order-what">
        <strong class="block">{order.kind === 'collect' ? order.lines[0]?.name : order.payeeName}</strong>
        <span class="hint">{timeText(order.createdAt)}</span>
        <span class={`tag ${status.id}`}>{status.text}</span>
        {order.lastFailure && (
          <span class="hint bad-text">
            {t('orders.failedBefore', { reason: reasonFor(order.lastFailure.reasonCode).what })}
          </span>
        )}
      </div>
      <div class="order-pay">
        <span class="amount">{amountText(order)}</span>
        <Link to={`pay/${order.id}`} class={status.open ? 'button primary' : 'button'} testId="open-order">
          {status.open ? label : t('orders.see')}
          <span class="visually-hidden">
            {' '}
            {order.payeeName} {amountText(order)}
          </span>
        </Link>
      </div>
    </li>
  );
}

function useOrderStatus({ kind, status, claim }: Order): { id: string; text: string; open: boolean } {
  const { terminalId } = useReady();
  if (status === 'paying') return { id: 'paying', text: t('orders.status.paying'), open: false };
  if (status !== 'claimed' || !claim) {
    const text = t(kind === 'collect' ? 'orders.status.collect' : 'orders.status.pending');
    return { id: 'pending', text, open: true };
  }
  if (claim.terminalId === terminalId) return { id: 'here', text: t('orders.status.here'), open: true };
  const until = t('orders.until', { time: clockText(claim.expiresAt) });
  return { id: 'elsewhere', text: `${t('orders.status.elsewhere')} · ${until}`, open: false };
}
