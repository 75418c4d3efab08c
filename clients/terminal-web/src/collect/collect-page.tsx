import { exponentOf, type Currency } from '@openswipe/kernel';
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Select, TextInput } from '../app/inputs.js';
import { ReasonBox, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { useSubmit } from '../app/use-submit.js';
import { t } from '../i18n/translate.js';
import { go } from '../route.js';
import { minorUnitsOf } from './minor-units.js';

const CURRENCIES: readonly Currency[] = ['CNY', 'HKD', 'USD', 'EUR', 'GBP', 'JPY', 'SGD', 'TWD'];

function useCollectForm() {
  const { api, inbox } = useTerminal();
  const currency = useSignal<Currency>('CNY');
  const amount = useSignal('');
  const description = useSignal('');
  const problem = useSignal<'amount' | 'description' | undefined>(undefined);
  /** One key per content: whatever happens to the answer, pressing again makes no second order. */
  const key = useRef(crypto.randomUUID());
  const sending = useSubmit(async () => {
    const amountMinor = minorUnitsOf(amount.value, currency.value);
    const text = description.value.trim();
    problem.value = amountMinor === undefined ? 'amount' : text === '' ? 'description' : undefined;
    if (amountMinor === undefined || text === '') return;
    const terms = { amountMinor, currency: currency.value, description: text };
    const order = await api.createCollectOrder(terms, key.current);
    inbox.take(order);
    go(`pay/${order.id}`, true);
  });
  const onChange = (): void => {
    key.current = crypto.randomUUID();
    problem.value = undefined;
  };
  return { ...sending, currency, amount, description, problem, onChange };
}

export function CollectPage() {
  const { currency, amount, description, problem, onChange, busy, failure, onSubmit } = useCollectForm();
  const example = exponentOf(currency.value) === 0 ? '1250' : '12.50';
  const described = { describedBy: 'collect-problem', onChange };
  const amountLabel = t('collect.amount', { currency: currency.value });
  return (
    <section class="narrow">
      <Title>{t('collect.title')}</Title>
      <p class="lead">{t('collect.lead')}</p>
      {failure.value && <ReasonBox code={failure.value} />}
      <form onSubmit={onSubmit} noValidate data-testid="collect-form">
        <div class="side-by-side">
          <TextInput
            id="collect-amount"
            class="grow"
            label={amountLabel}
            text={amount}
            decimal
            invalid={problem.value === 'amount'}
            {...described}
          />
          <Select id="collect-currency" label={t('collect.currency')} choice={currency} onChange={onChange}>
            {CURRENCIES.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </Select>
        </div>
        <TextInput
          id="collect-description"
          label={t('collect.description')}
          text={description}
          lengthMax={120}
          invalid={problem.value === 'description'}
          {...described}
        />
        <p id="collect-problem" class={problem.value ? 'notice bad' : 'visually-hidden'} role="alert">
          {problem.value === 'amount' && t('collect.amountInvalid', { example })}
          {problem.value === 'description' && t('collect.descriptionMissing')}
        </p>
        <button type="submit" class="primary" aria-disabled={busy.value}>
          {busy.value ? t('collect.busy') : t('collect.submit')}
        </button>
      </form>
    </section>
  );
}
