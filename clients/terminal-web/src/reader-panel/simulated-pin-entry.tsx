import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import type { PinKey, SimulatedPinPad } from '../reader/simulated-pin-pad.js';
import type { SimulatedReader } from '../reader/simulated-reader.js';

/** Whether this reader has a PIN pad, and its keys. */
export function SimulatedPinEntry({ reader, hasPinPad }: { reader: SimulatedReader; hasPinPad: Signal<boolean> }) {
  return (
    <>
      <label class="choice">
        <input
          type="checkbox"
          data-testid="sim-has-pin-pad"
          checked={hasPinPad.value}
          onChange={({ currentTarget }) => {
            reader.hasPinPad = currentTarget.checked;
            hasPinPad.value = currentTarget.checked;
          }}
        />
        {t('sim.hasPinPad')}
      </label>
      <Keys pinPad={reader.pinPad} />
    </>
  );
}

const PIN_KEYS: readonly PinKey[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'delete', '0', 'ok'];

/** The reader's own keys, while it asks for a PIN; the page hears how many were pressed, not which. */
function Keys({ pinPad }: { pinPad: SimulatedPinPad }) {
  const entered = useSignal(pinPad.entered);
  useEffect(
    () =>
      pinPad.onChange(() => {
        entered.value = pinPad.entered;
      }),
    [pinPad],
  );
  if (entered.value === undefined) return null;
  return (
    <div class="sim-pin" data-testid="sim-pin-pad">
      <p class="dots" aria-hidden="true">
        {'●'.repeat(entered.value) || ' '}
      </p>
      <p class="visually-hidden" role="status">
        {t('sim.pinEntered', { count: entered.value })}
      </p>
      <div class="pad" role="group" aria-label={t('sim.pinPad')}>
        {PIN_KEYS.map((key) => (
          <button key={key} type="button" data-testid={`sim-pin-${key}`} onClick={() => pinPad.press(key)}>
            {key === 'ok' ? t('pin.ok') : key === 'delete' ? t('pin.delete') : key}
          </button>
        ))}
      </div>
      <button type="button" data-testid="sim-pin-cancel" onClick={() => pinPad.press('cancel')}>
        {t('sim.pinCancel')}
      </button>
    </div>
  );
}
