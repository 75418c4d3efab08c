import { ReasonBox } from '../app/parts.js';
import type { AccountReaders } from './account-readers.js';
import { InputField } from './form-field.js';
import { readersText as t } from './readers-text.js';
import { useForm } from './use-form.js';

/** Binds a reader at its first use [0064]: the number on its label proves that it is in the right hands. */
export function ReaderBinding({ readers }: { readers: AccountReaders }) {
  const form = useForm((data) => readers.bind(String(data.get('serialNumber')).trim()));
  const failure = form.failure.value;
  const field = { errors: form.errors.value, name: 'serialNumber', label: t('bindSerial') };
  return (
    <form noValidate class="card" onSubmit={form.onSubmit} onInput={form.onInput} data-testid="reader-binding">
      <h2>{t('bindTitle')}</h2>
      <p class="lead">{t('bindLead')}</p>
      <InputField {...field} autocomplete="off" spellcheck={false} maxLength={40} pattern="[\sA-Za-z0-9\-]{4,40}" />
      {failure && <ReasonBox code={failure.code} />}
      <div class="actions">
        <button type="submit" class="primary" aria-disabled={form.busy.value}>
          {t(form.busy.value ? 'binding' : 'bind')}
        </button>
      </div>
    </form>
  );
}
