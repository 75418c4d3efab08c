import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ReasonBox, Spinner, StepHeading } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { READER_MODELS, type AccountReader } from '../gateway/account-api.js';
import type { PostalAddress } from '../gateway/session.js';
import type { AccountReaders } from './account-readers.js';
import { AddressFields, addressOf } from './address-fields.js';
import { ModelChoice, modelOf } from './model-choice.js';
import { readersText as t } from './readers-text.js';
import { useForm } from './use-form.js';

interface ApplicationFormProps {
  readonly readers: AccountReaders;
  /** The lost reader in whose place one is applied for. */
  readonly replaces?: AccountReader | undefined;
  readonly onClose?: (() => void) | undefined;
}

/** Applies for a reader [0062]: which model, and where it is to be sent; the address of the account stands there. */
export function ReaderApplicationForm({ readers, replaces, onClose }: ApplicationFormProps) {
  const address = useKeptAddress();
  // One key per content: whatever becomes of the answer, sending the same again is one application.
  const key = useRef(crypto.randomUUID());
  const form = useForm(async (data) => {
    const postalAddress = addressOf(data);
    await readers.apply(
      {
        model: modelOf(data) ?? READER_MODELS[0],
        ...(postalAddress ? { postalAddress } : {}),
        ...(replaces ? { replacesReaderId: replaces.id } : {}),
      },
      key.current,
    );
    key.current = crypto.randomUUID();
    onClose?.();
  });
  const onInput = (event: Event): void => {
    key.current = crypto.randomUUID();
    form.onInput(event);
  };
  const failure = form.failure.value;
  if (address.value === undefined) return <Spinner text={t('apply')} />;
  return (
    <form noValidate class="card" onSubmit={form.onSubmit} onInput={onInput} data-testid="reader-application">
      {onClose ? <StepHeading>{title(replaces)}</StepHeading> : <h2>{title(replaces)}</h2>}
      <p class="lead">{replaces ? t('replaceLead', { serial: replaces.serialNumber ?? '' }) : t('applyLead')}</p>
      <ModelChoice first={replaces?.model} />
      <AddressFields errors={form.errors.value} kept={address.value ?? undefined} />
      {failure && <ReasonBox code={failure.code} />}
      <div class="actions">
        <button type="submit" class="primary" aria-disabled={form.busy.value}>
          {t(form.busy.value ? 'submitting' : 'submit')}
        </button>
        {onClose && (
          <button type="button" onClick={onClose}>
            {t('close')}
          </button>
        )}
      </div>
    </form>
  );
}

const title = (replaces: AccountReader | undefined): string => t(replaces ? 'replace' : 'apply');

/** Undefined while it is fetched, null where the account has none. */
function useKeptAddress() {
  const { api } = useTerminal();
  const address = useSignal<PostalAddress | null | undefined>(undefined);
  useEffect(() => {
    void api.account().then(
      ({ postalAddress }) => {
        address.value = postalAddress ?? null;
      },
      () => {
        address.value = null;
      },
    );
  }, [api]);
  return address;
}
