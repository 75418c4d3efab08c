import { useSignal } from '@preact/signals';
import { StepHeading } from '../app/parts.js';
import { useReady } from '../app/context.js';
import type { AccountReader } from '../gateway/account-api.js';
import { locale, timeText } from '../i18n/translate.js';
import type { AccountReaders } from './account-readers.js';
import { formText } from './form-text.js';
import { readersText as t } from './readers-text.js';

interface ReaderCardProps {
  readonly reader: AccountReader;
  readonly readers: AccountReaders;
  readonly onReplace: () => void;
}

/** One reader from the application to its end: state and times in words, and what can be done now. */
export function ReaderCard(props: ReaderCardProps) {
  const { reader } = props;
  return (
    <li class="card step" data-testid="reader-card" data-status={reader.status} data-reader-id={reader.id}>
      <div class="row">
        <h2>{formText(`model.${reader.model}`)}</h2>
        <span class={`tag reader-${reader.status}`}>{t(`status.${reader.status}`)}</span>
      </div>
      {reader.replacesReaderId !== undefined && <p class="hint">{t('isReplacement')}</p>}
      <Facts reader={reader} />
      {reader.replacedByReaderId !== undefined && <p class="hint">{t('isReplaced')}</p>}
      <Moves {...props} />
    </li>
  );
}

function Facts({ reader }: { reader: AccountReader }) {
  const { terminalId } = useReady();
  const open = reader.status === 'applied' || reader.status === 'shipped';
  const at = (time: string | undefined): string => (time === undefined ? '' : timeText(time));
  const facts = [
    [t('at.applied'), timeText(reader.appliedAt)],
    [t('at.shipped'), at(reader.shippedAt)],
    [t('carrier'), open ? (reader.carrier ?? '') : ''],
    [t('tracking'), open ? (reader.trackingNumber ?? '') : ''],
    [t('at.bound'), at(reader.boundAt)],
    [t('terminal'), reader.status === 'bound' ? terminalText() : ''],
    // Binding proves that the reader is in hand: its number is not told before.
    [t('serial'), open ? '' : (reader.serialNumber ?? '')],
    [t('at.lost'), at(reader.lostAt)],
    [t('address'), open ? addressText(reader) : ''],
  ] as const;
  return (
    <dl>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}:`}>{value}</dd>])}
    </dl>
  );

  function terminalText(): string {
    return t(reader.terminalId === terminalId ? 'thisTerminal' : 'otherTerminal');
  }
}

/** In the order of the language: the largest first in Chinese, the person first elsewhere. */
function addressText({ postalAddress: { recipient, addressLines, city, postalCode, country } }: AccountReader): string {
  const land = new Intl.DisplayNames(locale.value, { type: 'region' }).of(country) ?? country;
  return locale.value === 'zh-CN'
    ? [postalCode, land, city, ...addressLines, recipient].join(' ')
    : [recipient, ...addressLines, `${postalCode} ${city}`, land].join(', ');
}

function Moves({ reader, readers, onReplace }: ReaderCardProps) {
  const { id, status, replacedByReaderId } = reader;
  const asked = useSignal(false);
  if (asked.value && status !== 'lost') {
    return (
      <div class="notice bad step" role="group" aria-label={t('lost')} data-testid="lost-question">
        <StepHeading>{t('lostSure')}</StepHeading>
        <div class="actions">
          <button type="button" data-testid="lost-yes" onClick={() => void readers.reportLost(id)}>
            {t('lostYes')}
          </button>
          <button type="button" data-testid="lost-no" onClick={() => ask(false)}>
            {t('lostNo')}
          </button>
        </div>
      </div>
    );
  }
  return (
    <div class="actions">
      {status === 'applied' && (
        <button type="button" data-testid="reader-cancel" onClick={() => void readers.cancel(id)}>
          {t('cancel')}
        </button>
      )}
      {(status === 'shipped' || status === 'bound') && (
        <button type="button" data-testid="reader-lost" onClick={() => ask(true)}>
          {t('lost')}
        </button>
      )}
      {status === 'lost' && replacedByReaderId === undefined && (
        <button type="button" class="primary" data-testid="reader-replace" onClick={onReplace}>
          {t('replace')}
        </button>
      )}
    </div>
  );

  function ask(question: boolean): void {
    asked.value = question;
  }
}
