import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useTerminal } from '../app/context.js';
import { ReasonBox } from '../app/parts.js';
import type { AccountReaders } from './account-readers.js';
import { InputField } from './form-field.js';
import { readersText as t } from './readers-text.js';
import { useForm } from './use-form.js';

/** Binds a reader at its first use [0064]: the number on its label proves that it is in the right hands. An
 * attached reader may tell it by itself. */
export function ReaderBinding({ readers }: { readers: AccountReaders }) {
  const form = useForm((data) => readers.bind(String(data.get('serialNumber')).trim()));
  const failure = form.failure.value;
  const attached = useAttached();
  const hint = attached === '' ? undefined : t('bindAttached');
  const field = { errors: form.errors.value, name: 'serialNumber', label: t('bindSerial'), hint };
  return (
    <form noValidate class="card" onSubmit={form.onSubmit} onInput={form.onInput} data-testid="reader-binding">
      <h2>{t('bindTitle')}</h2>
      <p class="lead">{t('bindLead')}</p>
      <InputField
        key={attached}
        {...field}
        defaultValue={attached}
        autocomplete="off"
        spellcheck={false}
        maxLength={40}
        pattern="[\sA-Za-z0-9\-]{4,40}"
      />
      {failure && <ReasonBox code={failure.code} />}
      <div class="actions">
        <button type="submit" class="primary" aria-disabled={form.busy.value}>
          {t(form.busy.value ? 'binding' : 'bind')}
        </button>
      </div>
    </form>
  );
}

/** Serial number of the reader in use, as far as it tells; what was typed before that is typed again. */
function useAttached(): string {
  const { reader } = useTerminal();
  const attached = useSignal('');
  useEffect(() => {
    const told = reader.driver.value?.serialNumber?.();
    void told?.then(
      (number) => {
        attached.value = number ?? '';
      },
      // It can still be read from the label.
      () => undefined,
    );
  }, [reader]);
  return attached.value;
}
