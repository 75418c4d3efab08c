import { useSignal } from '@preact/signals';
import { TextInput } from '../app/inputs.js';
import { useTerminal } from '../app/context.js';
import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/smart-card.js';

const t = roomTexts(texts);
const CODE = /^\d{8}$/;

/** What a person does at the bridge of a chip card reader: start it, or enter the code in its window. */
export function BridgePanel({ fault }: { fault: string | undefined }) {
  if (fault === 'READER.BRIDGE_MISSING') return <HowToStart />;
  return fault?.startsWith('READER.PAIRING_') ? <PairingForm /> : null;
}

function HowToStart() {
  return (
    <div class="step" data-testid="bridge-start">
      <p>{t('start')}</p>
      <pre class="mono command">node clients/reader-bridge/dist/main.js {location.origin}</pre>
      <p class="hint">{t('build')}</p>
    </div>
  );
}

function PairingForm() {
  const { reader } = useTerminal();
  const code = useSignal('');
  const busy = reader.state.value === 'connecting';
  const pair = (event: Event): void => {
    event.preventDefault();
    if (busy || !CODE.test(code.value)) return;
    void reader.pair(code.value);
    code.value = '';
  };
  return (
    <form class="step" data-testid="pairing" onSubmit={pair}>
      <TextInput id="pairing-code" label={t('code')} text={code} decimal lengthMax={8} />
      <p class="hint">{t('paired')}</p>
      <div class="actions">
        <button type="submit" class="primary" data-testid="pair" aria-disabled={busy || !CODE.test(code.value)}>
          {t(busy ? 'pairing' : 'pair')}
        </button>
      </div>
    </form>
  );
}
