import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import { BackToOrders, ReasonBox, Spinner, StepHeading, Title } from '../app/parts.js';
import { useReady, useTerminal } from '../app/context.js';
import type { Order } from '../gateway/order.js';
import { amountText, clockText, t } from '../i18n/translate.js';
import { ReaderBox } from '../reader-panel/reader-box.js';
import { BiometricPanel } from './biometric-panel.js';
import { flowOf } from './flow-of.js';
import { OrderDetails } from './order-details.js';
import { cardText } from './card-text.js';
import { OutcomePanel, WaitingPanel } from './outcome-panel.js';
import type { PaymentFlow } from './payment-flow.js';
import type { Step } from './payment-step.js';
import { PinPad } from './pin-pad.js';
import { ReaderPinPanel } from './reader-pin-panel.js';
import { SignaturePanel } from './signature-panel.js';

export function PaymentPage({ orderId }: { orderId: string }) {
  const terminal = useTerminal();
  const ready = useReady();
  const flow = useMemo(() => flowOf(terminal, orderId, ready), [orderId]);
  // Not an effect that waits for a frame: who leaves before it would leave without the cleanup.
  useLayoutEffect(() => {
    void flow.load();
    return () => {
      void flow.leave();
      terminal.payments.dismiss(orderId);
    };
  }, [flow]);
  const pushed = terminal.inbox.order(orderId);
  useEffect(() => {
    if (pushed) flow.take(pushed);
  }, [flow, pushed]);
  const followed = terminal.payments.followed.value.get(orderId);
  const order = followed?.submission.order ?? flow.order.value;
  if (!order) return <Loading flow={flow} />;
  const phase = followed ? 'result' : PHASE[flow.step.value.at];
  const kind = order.kind === 'collect' ? 'pay.titleCollect' : 'pay.title';
  return (
    <>
      <BackToOrders />
      <Title>{t(kind)}</Title>
      <Steps at={phase} />
      <div class="two">
        <OrderDetails order={order} folded={phase !== 'review'} />
        <div>
          {followed?.outcome ? (
            <OutcomePanel followed={followed} outcome={followed.outcome} onAgain={(code) => again(code)} />
          ) : followed ? (
            <WaitingPanel state={followed.state} />
          ) : (
            <StepPanel flow={flow} order={order} />
          )}
        </div>
      </div>
    </>
  );

  function again(code: string): void {
    terminal.payments.dismiss(orderId);
    void flow.again(code);
  }
}

const PHASE = {
  loading: 'review',
  unavailable: 'review',
  review: 'review',
  claiming: 'review',
  swipe: 'swipe',
  checking: 'security',
  biometric: 'security',
  'asking-biometric': 'security',
  pin: 'security',
  'reader-pin': 'security',
  'reader-pin-again': 'security',
  sign: 'security',
  sealing: 'result',
  submitted: 'result',
} as const satisfies Record<Step['at'], string>;

const PHASES = ['review', 'swipe', 'security', 'result'] as const;

function Steps({ at }: { at: (typeof PHASES)[number] }) {
  return (
    <ol class="steps" aria-label={t('pay.steps')}>
      {PHASES.map((phase) => (
        <li key={phase} aria-current={phase === at ? 'step' : undefined}>
          {t(`pay.step.${phase}`)}
        </li>
      ))}
    </ol>
  );
}

function Loading({ flow }: { flow: PaymentFlow }) {
  const step = flow.step.value;
  return (
    <>
      <BackToOrders />
      <Title>{t('pay.title')}</Title>
      {step.at === 'unavailable' ? (
        <>
          <ReasonBox code={step.code} />
          <button type="button" onClick={() => void flow.load()}>
            {t('pay.reload')}
          </button>
        </>
      ) : (
        <Spinner text={t('pay.loading')} />
      )}
    </>
  );
}

function StepPanel({ flow, order }: { flow: PaymentFlow; order: Order }) {
  const step = flow.step.value;
  switch (step.at) {
    case 'swipe':
      return <SwipePanel flow={flow} order={order} />;
    case 'checking':
      return (
        <section class="card step" data-testid="checking">
          <Spinner text={t('pay.checking')} />
        </section>
      );
    case 'biometric':
    case 'asking-biometric':
      return <BiometricPanel flow={flow} order={order} step={step} />;
    case 'reader-pin':
    case 'reader-pin-again':
      return <ReaderPinPanel flow={flow} order={order} step={step} />;
    case 'pin':
      return <PinPad onPin={(pin) => flow.enterPin(pin)} />;
    case 'sign':
      return (
        <>
          <p class="hint" data-testid="card-read">
            {cardText(step.card)} · {t(step.card.readerProtected ? 'pay.protected' : 'pay.unprotected')}
          </p>
          <SignaturePanel order={order} onSign={(signature) => void flow.sign(signature)} />
        </>
      );
    case 'sealing':
    case 'submitted':
      return (
        <section class="card step">
          <Spinner text={t('pay.sealing')} />
        </section>
      );
    default:
      return <ReviewPanel flow={flow} order={order} />;
  }
}

function ReviewPanel({ flow, order }: { flow: PaymentFlow; order: Order }) {
  const closed = useClosed(order);
  const step = flow.step.value;
  const claiming = step.at === 'claiming';
  if (closed) {
    return (
      <section class="card step" data-testid="closed">
        <p class="notice warn" role="status">
          {closed}
        </p>
        <button type="button" onClick={() => void flow.load()}>
          {t('pay.reload')}
        </button>
      </section>
    );
  }
  return (
    <section class="card step" data-testid="review-step">
      <StepHeading>{t('pay.review')}</StepHeading>
      <p class="lead">{t(order.kind === 'collect' ? 'pay.handOver' : 'pay.reviewLead')}</p>
      {step.at === 'review' && step.code !== undefined && <ReasonBox code={step.code} />}
      <div class="actions">
        <button
          type="button"
          class="primary large"
          data-testid="confirm"
          aria-disabled={claiming}
          onClick={() => void flow.confirm()}
        >
          {claiming ? t('pay.confirming') : t('pay.confirm', { amount: amountText(order) })}
        </button>
        {order.kind === 'collect' && (
          <button type="button" data-testid="cancel-order" onClick={() => void flow.cancelOrder()}>
            {t('pay.cancelOrder')}
          </button>
        )}
      </div>
    </section>
  );
}

/** Why this order cannot be paid here now, if it cannot. */
function useClosed({ status, claim }: Order): string | undefined {
  const { terminalId } = useReady();
  if (status === 'paid' || status === 'refunded' || status === 'partially_refunded') return t('pay.closed.paid');
  if (status === 'canceled' || status === 'expired' || status === 'paying') return t(`pay.closed.${status}`);
  if (status === 'claimed' && claim && claim.terminalId !== terminalId) {
    return t('pay.closed.elsewhere', { time: clockText(claim.expiresAt) });
  }
  return undefined;
}

function SwipePanel({ flow, order }: { flow: PaymentFlow; order: Order }) {
  const { reader } = useTerminal();
  // These read the state signal, so this follows it.
  const { connected, sleeps } = reader;
  const isChip = reader.chosen.value === 'smart-card';
  return (
    <section class="step" data-testid="swipe-step">
      <StepHeading>{t(isChip ? 'pay.insert' : 'pay.swipe')}</StepHeading>
      <p class="lead">
        {connected ? t(sleeps ? 'pay.asleep' : 'pay.swipeLead', { amount: amountText(order) }) : t('pay.noReader')}
      </p>
      <ReaderBox />
      <div class="actions">
        <button type="button" data-testid="stop" onClick={() => void flow.leave()}>
          {t('pay.stop')}
        </button>
      </div>
    </section>
  );
}
