import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { StepHeading } from '../app/parts.js';
import { t } from '../i18n/translate.js';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'delete', '0', 'ok'] as const;
/** ISO 9564-1. */
const LENGTH_MIN = 4;
const LENGTH_MAX = 12;

function usePin(onPin: (pin: string) => void) {
  const pin = useSignal('');
  const press = (key: string): void => {
    if (/^\d$/.test(key) && pin.value.length < LENGTH_MAX) pin.value += key;
    else if (key === 'delete') pin.value = pin.value.slice(0, -1);
    else if (key === 'ok' && pin.value.length >= LENGTH_MIN) onPin(pin.value);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const key = { Backspace: 'delete', Enter: 'ok' }[event.key] ?? event.key;
      // Enter on a button presses that button.
      if (key === 'ok' && event.target instanceof HTMLButtonElement) return;
      if (!/^\d$|^delete$|^ok$/.test(key) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      press(key);
    };
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
      pin.value = '';
    };
  }, []);
  return { length: pin.value.length, press };
}

/**
 * Keys in their usual order, so that a person who cannot see them knows where they are. Never shows or says a digit.
 */
export function PinPad({ onPin }: { onPin: (pin: string) => void }) {
  const { length, press } = usePin(onPin);
  return (
    <section class="card step" data-testid="pin-step">
      <StepHeading>{t('pin.title')}</StepHeading>
      <p class="lead">{t('pin.lead')}</p>
      <p class="dots" aria-hidden="true">
        {'●'.repeat(length) || ' '}
      </p>
      <p class="visually-hidden" role="status">
        {t('pin.entered', { count: length })}
      </p>
      <div class="pad" role="group" aria-label={t('pin.pad')} data-testid="pin-pad">
        {KEYS.map((key) => (
          <button
            key={key}
            type="button"
            class={key === 'ok' ? 'primary' : ''}
            data-testid={`pin-${key}`}
            aria-disabled={key === 'ok' && length < LENGTH_MIN}
            onClick={() => press(key)}
          >
            {key === 'ok' ? t('pin.ok') : key === 'delete' ? t('pin.delete') : key}
          </button>
        ))}
      </div>
      <p class="notice warn" data-testid="pin-not-certified">
        {t('pin.notCertified')}
      </p>
    </section>
  );
}
