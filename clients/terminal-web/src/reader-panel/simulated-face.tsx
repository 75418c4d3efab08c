import { TEST_CARDS, testCard } from '@openswipe/card/test-cards';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Select } from '../app/inputs.js';
import { locale, t } from '../i18n/translate.js';
import type { ReaderDriver } from '../reader/reader-driver.js';
import type { Face } from '../reader/reader-face.js';
import { SCENARIOS } from '../reader/scenarios.js';
import { SimulatedReader } from '../reader/simulated-reader.js';
import { SimulatedPinEntry } from './simulated-pin-entry.js';

type ScenarioName = keyof typeof SCENARIOS;

/** The simulated reader as one sees it on a table, with a deck of test cards and what a hand may do with them. */
export function SimulatedFace({ driver }: { driver: ReaderDriver }) {
  return driver instanceof SimulatedReader ? <Table reader={driver} /> : null;
}

function Table({ reader }: { reader: SimulatedReader }) {
  const face = useSignal<Face>(reader.face);
  const card = useSignal('unionpay-pin');
  const scenario = useSignal<ScenarioName>('good-swipe');
  const hasPinPad = useSignal(reader.hasPinPad);
  useEffect(
    () =>
      reader.onFace((now) => {
        face.value = now;
      }),
    [reader],
  );
  return (
    <div class="simulated" data-testid="simulated-reader">
      <Drawing face={face.value} card={card.value} />
      <Select id="sim-card" label={t('sim.deck')} choice={card}>
        {TEST_CARDS.map(({ name, title, pin }) => (
          <option key={name} value={name}>
            {title[locale.value]} · {pin === null ? t('sim.noPin') : t('sim.pin', { pin })}
          </option>
        ))}
      </Select>
      <Select
        id="sim-scenario"
        label={t('sim.scenario')}
        choice={scenario}
        onChange={() => {
          card.value = SCENARIOS[scenario.value].card;
          hasPinPad.value = SCENARIOS[scenario.value].pinPad ?? reader.hasPinPad;
          reader.hasPinPad = hasPinPad.value;
        }}
      >
        {(Object.keys(SCENARIOS) as ScenarioName[]).map((name) => (
          <option key={name} value={name}>
            {t(`sim.scenario.${name}`)}
          </option>
        ))}
      </Select>
      <SimulatedPinEntry reader={reader} hasPinPad={hasPinPad} />
      <Hand reader={reader} card={card.value} scenario={scenario.value} unplugged={face.value.text === 'unplugged'} />
    </div>
  );
}

interface HandProps {
  readonly reader: SimulatedReader;
  readonly card: string;
  readonly scenario: ScenarioName;
  readonly unplugged: boolean;
}

function Hand({ reader, card, scenario, unplugged }: HandProps) {
  const playing = useSignal(false);
  const isChip = SCENARIOS[scenario].steps.some((step) => step.do === 'insert');
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), [reader]);
  const swipe = async (): Promise<void> => {
    if (playing.value) return;
    playing.value = true;
    // The hand draws the card; the keys of the pad are for the person at the page.
    const steps = SCENARIOS[scenario].steps.filter((step) => step.do !== 'pin');
    await reader.play({ ...SCENARIOS[scenario], steps, card }, stop.current.signal);
    playing.value = false;
  };
  return (
    <div class="actions">
      <button type="button" class="primary" data-testid="sim-swipe" aria-disabled={playing.value} onClick={swipe}>
        {t(playing.value ? 'sim.swiping' : isChip ? 'sim.insert' : 'sim.swipe')}
      </button>
      <button
        type="button"
        data-testid="sim-plug"
        onClick={() => {
          if (unplugged) reader.replug();
          else reader.unplug();
        }}
      >
        {t(unplugged ? 'sim.replug' : 'sim.unplug')}
      </button>
    </div>
  );
}

/** The text beside it says the same; the drawing is for the eye. */
function Drawing({ face, card }: { face: Face; card: string }) {
  const { brand, pan } = testCard(card);
  const lamps = ['green', 'amber', 'red'] as const;
  return (
    <svg viewBox="0 0 320 150" class={`drawing ${face.swipeMs === undefined ? '' : 'passing'}`} aria-hidden="true">
      <g class="plastic">
        <rect x="40" y="10" width="150" height="92" rx="8" />
        <rect x="40" y="24" width="150" height="18" class="stripe" />
        <text x="54" y="64">
          •••• {pan.slice(-4)}
        </text>
        <text x="54" y="84">
          {brand}
        </text>
      </g>
      <rect x="20" y="72" width="280" height="70" rx="14" class="body" />
      <rect x="20" y="72" width="280" height="8" rx="3" class="slot" />
      {lamps.map((colour, index) => (
        <circle
          key={colour}
          cx={50 + index * 26}
          cy="111"
          r="8"
          class={`lamp-drawn ${colour} ${face.lights[colour]}`}
        />
      ))}
      <text x="140" y="117" class="display">
        {face.amount === undefined ? '' : `${face.currency} ${face.amount}`}
      </text>
    </svg>
  );
}
