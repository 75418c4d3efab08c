import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Link, ReasonBox } from '../app/parts.js';
import { lazyPage } from '../app/lazy-page.js';
import { useTerminal } from '../app/context.js';
import { t } from '../i18n/translate.js';
import { route } from '../route.js';
import type { ReaderDriver } from '../reader/reader-driver.js';
import type { ReaderChoice } from './reader-panel.js';

const BridgePanel = lazyPage(async () => (await import('./bridge-panel.js')).BridgePanel);

/** Choosing and connecting the reader, and what it signals: light, sound (by the cue player) and text. */
export function ReaderBox() {
  const { reader } = useTerminal();
  const { value: kind } = reader.chosen;
  const { value: state } = reader.state;
  const { value: driver } = reader.driver;
  const { value: fault } = reader.fault;
  const busy = state === 'armed' || state === 'reading';
  return (
    <section class="card reader" data-testid="reader" data-state={kind ? state : 'none'}>
      <h2 class="small">{t('reader.title')}</h2>
      {reader.connected ? (
        <p class="reader-name">
          <strong>{kind && t(`reader.${kind}`)}</strong>
          {kind === 'usb' && ` · ${driver?.label}`}
        </p>
      ) : (
        <Choice />
      )}
      <Signal />
      {fault !== undefined && <ReasonBox code={fault} />}
      {kind === 'smart-card' && !reader.connected && <BridgePanel fault={fault} />}
      <Actions />
      {!busy && <ToDoctor />}
      {driver?.kind === 'simulated' && <Simulated driver={driver} />}
    </section>
  );
}

/** While something is done on the reader: what a hand may do with a simulated one; all of it where it is gone. */
export function ReaderInHand() {
  const { reader } = useTerminal();
  const { value: driver } = reader.driver;
  if (!reader.connected) return <ReaderBox />;
  if (driver?.kind !== 'simulated') return null;
  return (
    <section class="card reader">
      <h2 class="small">{t('reader.simulated')}</h2>
      <Simulated driver={driver} />
    </section>
  );
}

function Actions() {
  const { reader } = useTerminal();
  const { value: state } = reader.state;
  const busy = state === 'armed' || state === 'reading';
  const kind = reader.chosen.value;
  return (
    <div class="actions">
      {!reader.connected && (
        <button
          type="button"
          class="primary"
          data-testid="reader-connect"
          aria-disabled={!kind || state === 'connecting'}
          onClick={() => void reader.connect()}
        >
          {t('reader.connect')}
        </button>
      )}
      {reader.sleeps && (
        <button type="button" class="primary" data-testid="reader-wake" onClick={() => void reader.wake()}>
          {t('reader.wake')}
        </button>
      )}
      {reader.driver.value && !busy && (
        <button type="button" data-testid="reader-disconnect" onClick={() => void reader.disconnect()}>
          {t('reader.disconnect')}
        </button>
      )}
    </div>
  );
}

function ToDoctor() {
  if (route.value.page === 'doctor') return null;
  return (
    <Link to="doctor" class="hint" testId="to-doctor">
      {t('reader.doctor')}
    </Link>
  );
}

function Choice() {
  const { reader } = useTerminal();
  return (
    <fieldset class="choices">
      <legend class="visually-hidden">{t('reader.kind')}</legend>
      {reader.kinds.value.map((kind: ReaderChoice) => (
        <label key={kind} class="choice">
          <input
            type="radio"
            name="reader"
            value={kind}
            checked={reader.chosen.value === kind}
            data-testid={`reader-${kind}`}
            onChange={() => void reader.choose(kind)}
          />
          {t(`reader.${kind}`)}
        </label>
      ))}
    </fieldset>
  );
}

/** The light is drawn and said, the state is text: no signal is by colour alone [0028]. */
function Signal() {
  const { reader } = useTerminal();
  const light = reader.light.value;
  const { value: kind } = reader.chosen;
  const state = reader.sleeps ? 'asleep' : kind ? reader.state.value : 'none';
  const colour = light?.colour ?? 'off';
  return (
    <p class="signal">
      <span class={`lamp ${colour} ${light?.pattern ?? ''}`} aria-hidden="true" />
      <span role="status" aria-live="assertive" data-testid="reader-state">
        {t(state === 'armed' && kind === 'smart-card' ? 'reader.state.armedChip' : `reader.state.${state}`)}
        <span class="visually-hidden"> {t('reader.light', { colour: t(`reader.light.${colour}`) })}</span>
      </span>
    </p>
  );
}

/** Its face, deck and scenarios come with it; nobody else loads them. */
function Simulated({ driver }: { driver: ReaderDriver }) {
  const face = useSignal<ComponentType<{ driver: ReaderDriver }> | undefined>(undefined);
  useEffect(() => {
    void import('./simulated-face.js').then(({ SimulatedFace }) => {
      face.value = SimulatedFace;
    });
  }, []);
  const Face = face.value;
  return Face ? <Face driver={driver} /> : null;
}
