import { ReasonBox, Spinner, StepHeading } from '../app/parts.js';
import type { Order } from '../gateway/order.js';
import { amountText, t } from '../i18n/translate.js';
import { isProtected } from '../reader/presented-card.js';
import { ReaderInHand } from '../reader-panel/reader-box.js';
import { cardText } from './card-text.js';
import type { PaymentFlow } from './payment-flow.js';
import type { ReaderPinStep } from './payment-step.js';

interface ReaderPinPanelProps {
  readonly flow: PaymentFlow;
  readonly order: Order;
  readonly step: ReaderPinStep;
}

/** The PIN is entered on the reader; the page waits, and says what the reader's small display may not. */
export function ReaderPinPanel({ flow, order, step: { at, card, code } }: ReaderPinPanelProps) {
  const isProtectedCard = isProtected(card);
  return (
    <section class="card step" data-testid="reader-pin-step">
      <StepHeading>{t('readerPin.title')}</StepHeading>
      <p class="lead">{t(isProtectedCard ? 'readerPin.leadCard' : 'readerPin.lead', { amount: amountText(order) })}</p>
      <p class="hint">{cardText(card)}</p>
      {at === 'reader-pin' ? (
        <Spinner text={t('readerPin.waiting')} />
      ) : (
        code !== undefined && <ReasonBox code={code} />
      )}
      <ReaderInHand />
      <div class="actions">
        {at === 'reader-pin-again' && (
          <>
            <button
              type="button"
              class="primary"
              data-testid="reader-pin-again"
              onClick={() => flow.enterPinOnReader()}
            >
              {t('readerPin.again')}
            </button>
            {!isProtectedCard && (
              <button type="button" data-testid="reader-pin-page" onClick={() => flow.enterPinOnPage()}>
                {t('readerPin.onPage')}
              </button>
            )}
          </>
        )}
        <button type="button" data-testid="stop" onClick={() => void flow.leave()}>
          {t('pay.stop')}
        </button>
      </div>
    </section>
  );
}
