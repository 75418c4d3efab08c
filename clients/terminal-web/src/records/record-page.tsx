import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Link, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { amountText, t, timeText } from '../i18n/translate.js';
import { Lines } from '../payment/order-details.js';
import type { PaymentRecord } from './payment-record.js';
import { RecordTag } from './record-tag.js';

/** Of this account only: another person's record on the same device stays closed. */
export function RecordPage({ id, accountId }: { id: string; accountId: string }) {
  const { records } = useTerminal();
  const record = useSignal<PaymentRecord | null | undefined>(undefined);
  useEffect(() => {
    void records.all(accountId).then((all) => {
      record.value = all.find(({ transactionId }) => transactionId === id) ?? null;
    });
  }, [id, accountId, records.changes.value]);
  return (
    <section class="narrow">
      <Link to="records" class="back">
        ← {t('record.back')}
      </Link>
      <Title>{t('record.title')}</Title>
      {record.value === null && <p class="empty">{t('record.missing')}</p>}
      {record.value && <Receipt record={record.value} />}
    </section>
  );
}

function Receipt({ record }: { record: PaymentRecord }) {
  const facts = [
    [t('record.time'), timeText(record.paidAt)],
    [t('record.card'), record.card.masked],
    [t('record.entryMode'), t(`record.entryMode.${record.card.entryMode}`)],
    [t('record.authorization'), record.authorizationCode],
    [t('order.reference'), record.merchantReference],
    [t('order.terms'), record.terms],
    [t('order.number'), record.orderId],
    [t('record.transaction'), record.transactionId],
    [t('record.journalEntry'), record.journalEntryId],
  ] as const;
  return (
    <article class="card details" data-testid="receipt">
      <span class="hint">{t('order.payee')}</span>
      <strong class="payee">{record.payeeName}</strong>
      <strong class="amount huge">{amountText(record)}</strong>
      <RecordTag record={record} />
      <Lines of={record} />
      <dl>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => [
            <dt key={name}>{name}</dt>,
            <dd key={`${name}:`} class={/_/.test(value) ? 'mono' : ''}>
              {value}
            </dd>,
          ])}
      </dl>
    </article>
  );
}
