import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Link, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/doctor.js';
import { t as common } from '../i18n/translate.js';
import { HidReaders } from '../reader/hid/hid-readers.js';
import { WebHidPort } from '../reader/hid/webhid-port.js';
import { indicationSignal } from '../reader/indication-signal.js';
import { isProtected, type PresentedCard } from '../reader/presented-card.js';
import { ReaderBox } from '../reader-panel/reader-box.js';
import { ABILITIES, examine, type Ability, type Examined, type Finding } from './examine.js';

const t = roomTexts(texts);

/** What this browser and this reader can do, without an order: nothing here reaches the platform. */
export function DoctorPage() {
  return (
    <>
      <Link to="account" class="back">
        ← {common('nav.account')}
      </Link>
      <Title>{t('title')}</Title>
      <p class="lead">{t('lead')}</p>
      <div class="two">
        <div>
          <Abilities />
          <Attached />
        </div>
        <div>
          <ReaderBox />
          <TestSwipe />
        </div>
      </div>
    </>
  );
}

function Abilities() {
  const found = useSignal<Partial<Record<Ability, Finding>>>({});
  useEffect(() => {
    for (const [name, finding] of Object.entries(examine(globalThis as unknown as Examined))) {
      void finding.then((value) => {
        found.value = { ...found.value, [name]: value };
      });
    }
  }, []);
  return (
    <section class="card step" data-testid="abilities">
      <h2 class="small">{t('browser')}</h2>
      <dl class="findings">
        {ABILITIES.map((name) => {
          const finding = found.value[name];
          return [
            <dt key={name}>{t(name)}</dt>,
            <dd key={`${name}:`} data-testid={`found-${name}`} data-finding={finding}>
              <span aria-hidden="true">{finding === 'yes' ? '✓' : finding === 'no' ? '✕' : '·'}</span>{' '}
              {finding === undefined ? t('looking') : t(finding)}
            </dd>,
          ];
        })}
      </dl>
    </section>
  );
}

/** USB readers that this page may open without asking; one behind the bridge shows itself once it is connected. */
function Attached() {
  const { reader } = useTerminal();
  const usb = useSignal<readonly string[]>([]);
  const driver = reader.driver.value;
  useEffect(() => {
    if (!WebHidPort.isPresent) return;
    void new HidReaders().remembered().then((readers) => {
      usb.value = readers.map(({ label }) => label);
    });
  }, [driver]);
  const names = [...usb.value.map((label) => `USB · ${label}`), ...(driver ? [driver.label] : [])];
  return (
    <section class="card step" data-testid="attached">
      <h2 class="small">{t('attached')}</h2>
      {names.length === 0 ? (
        <p class="hint">{t('none')}</p>
      ) : (
        <ul class="list">
          {[...new Set(names)].map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Arms the reader with a signal that was made here, for no order and no money, and shows what it read. */
function TestSwipe() {
  const { reader } = useTerminal();
  const card = useSignal<PresentedCard | undefined>(undefined);
  const state = reader.state.value;
  const armed = state === 'armed' || state === 'reading';
  useEffect(() => () => void reader.disarm(), [reader]);
  const start = (): void => {
    if (!reader.connected || armed) return;
    card.value = undefined;
    const digest = [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0'));
    void reader.arm(indicationSignal(digest.join(''), { amountMinor: '0', currency: 'CNY' }), (read) => {
      card.value = read;
    });
  };
  return (
    <section class="card step" data-testid="test-swipe">
      <h2 class="small">{t('test')}</h2>
      <p class="hint">{t(reader.connected ? 'testLead' : 'connectFirst')}</p>
      <div class="actions">
        <button type="button" data-testid="test-start" aria-disabled={!reader.connected || armed} onClick={start}>
          {t('start')}
        </button>
        {armed && (
          <button type="button" data-testid="test-stop" onClick={() => void reader.disarm()}>
            {t('stop')}
          </button>
        )}
      </div>
      <div role="status">{card.value && <Read card={card.value} />}</div>
    </section>
  );
}

/** Masked: a page that shows a card to its owner is a page that shows it to whoever looks. */
function Read({ card }: { card: PresentedCard }) {
  const facts = [
    [t('card'), card.masked || t('hidden')],
    [t('readBy'), common(`record.entryMode.${card.entryMode}`)],
    [t('driver'), common(`reader.${card.readerKind}`)],
    [t('encrypted'), t(isProtected(card) ? 'byReader' : 'byPage')],
    [t('keyNumber'), isProtected(card) ? card.protectedTrack.ksn : ''],
    [t('tied'), isProtected(card) ? t(card.protectedTrack.sessionId === undefined ? 'no' : 'yes') : ''],
    [t('application'), 'chip' in card ? card.chip.applicationLabel : ''],
  ] as const;
  return (
    <dl class="findings" data-testid="test-read">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}:`}>{value}</dd>])}
    </dl>
  );
}
