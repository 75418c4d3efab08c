import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type SignaturePad from 'signature_pad';
import { PressedGroup, TextInput } from '../app/inputs.js';
import { StepHeading } from '../app/parts.js';
import type { Order } from '../gateway/order.js';
import { amountText, t } from '../i18n/translate.js';
import { isEmpty, type Signature } from './signature.js';

interface SignaturePanelProps {
  readonly order: Order;
  readonly onSign: (signature: Signature) => void;
}

export function SignaturePanel({ order, onSign }: SignaturePanelProps) {
  const way = useSignal<'sign-draw' | 'sign-type'>('sign-draw');
  const name = useSignal('');
  const empty = useSignal(false);
  const pad = useRef<SignaturePad>(null);
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    const strokes = (pad.current?.toData() ?? []).map(({ points }) => points);
    const signature: Signature =
      way.value === 'sign-type' ? { kind: 'typed', name: name.value } : { kind: 'drawn', strokes };
    empty.value = isEmpty(signature);
    if (!empty.value) onSign(signature);
  };
  const amount = amountText(order);
  const options = { 'sign-draw': t('sign.draw'), 'sign-type': t('sign.type') };
  return (
    <form class="card step" onSubmit={onSubmit} data-testid="signature-step">
      <StepHeading>{t('sign.title')}</StepHeading>
      <p class="lead">{t('sign.lead', { amount, payee: order.payeeName })}</p>
      <PressedGroup label={t('sign.how')} choice={way} options={options} />
      {way.value === 'sign-type' ? (
        <TextInput id="signature-name" label={t('sign.name')} text={name} lengthMax={80} />
      ) : (
        <Canvas pad={pad} />
      )}
      {empty.value && (
        <p class="notice bad" role="alert">
          {t('sign.empty')}
        </p>
      )}
      <div class="actions">
        <button type="submit" class="primary" data-testid="sign-and-pay">
          {t('sign.pay', { amount })}
        </button>
        {way.value === 'sign-draw' && (
          <button type="button" data-testid="sign-clear" onClick={() => pad.current?.clear()}>
            {t('sign.clear')}
          </button>
        )}
      </div>
    </form>
  );
}

/** Loaded when somebody signs. The canvas has as many pixels as the screen, so that a line is sharp. */
function Canvas({ pad }: { pad: { current: SignaturePad | null } }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let gone = false;
    void import('signature_pad').then(({ default: Pad }) => {
      const element = canvas.current;
      if (gone || !element) return;
      element.width = element.clientWidth * devicePixelRatio;
      element.height = element.clientHeight * devicePixelRatio;
      element.getContext('2d')?.scale(devicePixelRatio, devicePixelRatio);
      pad.current = new Pad(element, { penColor: '#10233f' });
    });
    return () => {
      gone = true;
      pad.current?.off();
      pad.current = null;
    };
  }, []);
  return <canvas ref={canvas} class="signature" role="img" aria-label={t('sign.area')} data-testid="signature-area" />;
}
