import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Link, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/records.js';
import { amountText, t, timeText } from '../i18n/translate.js';
import type { Submission } from '../payment/submission.js';
import { searchRecords, type PaymentRecord } from './payment-record.js';
import { RecordTag } from './record-tag.js';
import { recordsCsv } from './records-csv.js';

const text = roomTexts(texts);

export function RecordsPage({ accountId }: { accountId: string }) {
  const { records } = useTerminal();
  const all = useSignal<readonly PaymentRecord[] | undefined>(undefined);
  const query = useSignal('');
  useEffect(() => {
    void records.all(accountId).then((kept) => {
      all.value = kept;
    });
  }, [accountId, records.changes.value]);
  const found = searchRecords(all.value ?? [], query.value);
  return (
    <>
      <Title>{t('records.title')}</Title>
      <p class="lead">{t('records.lead')}</p>
      <NotKnownYet accountId={accountId} />
      <Search query={query} />
      <div class="row wraps">
        <p role="status" class="hint" data-testid="records-count">
          {all.value && (found.length > 0 ? t('records.count', { count: found.length }) : emptyText(query.value))}
        </p>
        {found.length > 0 && (
          <div class="actions">
            <button type="button" data-testid="records-export-csv" onClick={() => saveAsTable(found)}>
              {text('exportCsv')}
            </button>
            <button type="button" data-testid="records-export" onClick={() => saveAsJson(found)}>
              {t('records.export')}
            </button>
          </div>
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

function Search({ query }: { query: Signal<string> }) {
  return (
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
        <RecordTag record={record} />
      </div>
    </li>
  );
}

const COLUMNS = ['time', 'kind', 'payee', 'amount', 'currency', 'refund', 'goods'] as const;
const CODES = ['card', 'authorization', 'order', 'transaction'] as const;

const saveAsTable = (records: readonly PaymentRecord[]): void => {
  const head = [...COLUMNS, ...CODES].map((column) => text(`column.${column}`));
  save('openswipe-records.csv', 'text/csv', recordsCsv(head, records));
};

const saveAsJson = (records: readonly PaymentRecord[]): void =>
  save('openswipe-records.json', 'application/json', JSON.stringify(records, null, 2));

function save(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Some browsers read it only after the click is over.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** "Did it go through?" while nobody can say: without network too, and after a reload. */
function NotKnownYet({ accountId }: { accountId: string }) {
  const { submissions, payments, records } = useTerminal();
  const list = useSignal<readonly Submission[]>([]);
  useEffect(() => {
    void submissions.all(accountId).then((kept) => {
      list.value = kept;
    });
  }, [accountId, payments.followed.value, records.changes.value]);
  return (
    <>
      {list.value.map(({ order }) => (
        <div key={order.id} class="notice warn" role="status" data-testid="not-known-yet">
          <strong class="block">{text('underWay', { payee: order.payeeName, amount: amountText(order) })}</strong>
          {text('underWayLead')}
        </div>
      ))}
    </>
  );
}
