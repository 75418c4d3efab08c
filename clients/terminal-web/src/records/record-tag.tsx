import { t } from '../i18n/translate.js';
import type { PaymentRecord } from './payment-record.js';

/** Paid or received, and whether it was given back since. */
export function RecordTag({ record: { kind, refund } }: { record: PaymentRecord }) {
  if (refund) return <span class={`tag ${refund}`}>{t(`records.${refund}`)}</span>;
  return <span class="tag paid">{t(kind === 'collect' ? 'records.collected' : 'records.paid')}</span>;
}
