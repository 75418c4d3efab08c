import { Link, ReasonBox, StepHeading } from '../app/parts.js';
import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/biometric-check.js';
import type { Order } from '../gateway/order.js';
import { amountText } from '../i18n/translate.js';
import type { PaymentFlow } from './payment-flow.js';
import type { BiometricStep } from './payment-step.js';

const t = roomTexts(texts);

/** Nothing on this device can do it: a second try would end alike. */
const HOPELESS = ['TERMINAL.BIOMETRIC_MISSING', 'TERMINAL.BIOMETRIC_UNREGISTERED'];

/** Fingerprint or face, asked for by the device's own prompt [0050]. */
export function BiometricPanel({ flow, order, step }: { flow: PaymentFlow; order: Order; step: BiometricStep }) {
  const asking = step.at === 'asking-biometric';
  const { code } = step;
  const hopeless = code !== undefined && HOPELESS.includes(code);
  return (
    <section class="card step" data-testid="biometric-step" data-asking={asking}>
      <StepHeading>{t('title')}</StepHeading>
      <p class="lead">{t('lead', { amount: amountText(order), payee: order.payeeName })}</p>
      {code !== undefined && <ReasonBox code={code} />}
      <p class="hint">{t('stays')}</p>
      <div class="actions">
        {!hopeless && (
          <button
            type="button"
            class="primary large"
            data-testid="check-biometric"
            aria-disabled={asking}
            onClick={() => void flow.checkBiometric()}
          >
            {t(asking ? 'asking' : code === undefined ? 'check' : 'again')}
          </button>
        )}
        {code === 'TERMINAL.BIOMETRIC_UNREGISTERED' && (
          <Link to="biometrics" class="button primary" testId="to-biometrics">
            {t('register')}
          </Link>
        )}
        <button type="button" data-testid="stop" onClick={() => void flow.leave()}>
          {t('stop')}
        </button>
      </div>
    </section>
  );
}
