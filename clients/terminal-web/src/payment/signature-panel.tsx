import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type SignaturePad from 'signature_pad';
import { StepHeading } from '../app/parts.js';
import type { Order } from '../gateway/order.js';
import { amountText, t } from '../i18n/translate.js';
import type { Signature } from './signature.js';

interface SignaturePanelProps {
  readonly order: Order;
  readonly onSign: (signature: Signature) => void;
}

export function SignaturePanel({ order, onSign }: SignaturePanelProps) {
  const typed = useSignal(false);
  const name = useSignal('');
  const empty = useSignal(false);
  const pad = useRef<SignaturePad>(null);
  const signature = (): Signature => {
    if (typed.value) return { kind: 'typed', name: name.value };
    return { kind: 'drawn', strokes: (pad.current?.toData() ?? []).map(({ points }) => points) };
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    const signed = signature();
    empty.value = signed.kind === 'typed' ? signed.name.trim() === '' : signed.strokes.flat().length < 2;
    if (!empty.value) onSign(signed);
  };
  const amount = amountText(order);
  return (
    <form class="card step" onSubmit={onSubmit} data-testid="signature-step">
      <StepHeading>{t('sign.title')}</StepHeading>
      <p class="lead">{t('sign.lead', { amount, payee: order.payeeName })}</p>
      <div class="tabs" role="group" aria-label={t('sign.how')}>
        {[false, true].map((byTyping) => (
          <button
            key={String(byTyping)}
            type="button"
            aria-pressed={typed.value === byTyping}
            data-testid={byTyping ? 'sign-type' : 'sign-draw'}
            onClick={() => {
              typed.value = byTyping;
              empty.value = false;
            }}
          >
            {t(byTyping ? 'sign.type' : 'sign.draw')}
          </button>
        ))}
      </div>
      {typed.value ? (
        <div class="field">
          <label for="signature-name">{t('sign.name')}</label>
          <input
            id="signature-name"
            autocomplete="off"
            maxLength={80}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </div>
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
        {!typed.value && (
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
