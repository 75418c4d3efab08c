import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Link, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { amountText, t, timeText } from '../i18n/translate.js';
import { searchRecords, type PaymentRecord } from './payment-record.js';

export function RecordsPage({ accountId }: { accountId: string }) {
  const { records } = useTerminal();
  const all = useSignal<readonly PaymentRecord[] | undefined>(undefined);
  const query = useSignal('');
  useEffect(() => {
    void records.all(accountId).then((kept) => {
      all.value = kept;
    });
  }, [accountId]);
  const found = searchRecords(all.value ?? [], query.value);
  return (
    <>
      <Title>{t('records.title')}</Title>
      <p class="lead">{t('records.lead')}</p>
      <div class="field" role="search">
        <label for="records-search">{t('records.search')}</label>
        <input
          id="records-search"
          type="search"
          autocomplete="off"
          aria-describedby="records-hint"
          value={query.value}
          onInput={(event) => {
            query.value = event.currentTarget.value;
          }}
        />
        <small id="records-hint" class="hint">
          {t('records.searchHint')}
        </small>
      </div>
      <div class="row">
        <p role="status" class="hint" data-testid="records-count">
          {all.value && (found.length > 0 ? t('records.count', { count: found.length }) : emptyText(query.value))}
        </p>
        {found.length > 0 && (
          <button type="button" data-testid="records-export" onClick={() => saveAsJson(found)}>
            {t('records.export')}
          </button>
        )}
      </div>
      <ul class="list cards">
        {found.map((record) => (
          <RecordRow key={record.transactionId} record={record} />
        ))}
      </ul>
    </>
  );
}

const emptyText = (query: string): string =>
  query.trim() === '' ? t('records.empty') : t('records.none', { query: query.trim() });

function RecordRow({ record }: { record: PaymentRecord }) {
  const title = record.kind === 'collect' ? (record.lines[0]?.name ?? record.payeeName) : record.payeeName;
  return (
    <li class="card order" data-testid="record">
      <div class="order-what">
        <Link to={`records/${record.transactionId}`} class="block strong">
          {title}
        </Link>
        <span class="hint">
          {timeText(record.paidAt)} · •••• {record.card.last4}
        </span>
      </div>
      <div class="order-pay">
        <span class="amount">{amountText(record)}</span>
        <span class="tag paid">{t(record.kind === 'collect' ? 'records.collected' : 'records.paid')}</span>
      </div>
    </li>
  );
}

function saveAsJson(records: readonly PaymentRecord[]): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(records, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'openswipe-records.json';
  link.click();
  URL.revokeObjectURL(address);
}
