import { exponentOf, type Currency } from '@openswipe/kernel';
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { ReasonBox, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { codeOf } from '../gateway/problem.js';
import { t } from '../i18n/translate.js';
import { go } from '../route.js';
import { minorUnitsOf } from './minor-units.js';

const CURRENCIES: readonly Currency[] = ['CNY', 'HKD', 'USD', 'EUR', 'GBP', 'JPY', 'SGD', 'TWD'];

export function CollectPage() {
  const { api, inbox } = useTerminal();
  const currency = useSignal<Currency>('CNY');
  const amount = useSignal('');
  const description = useSignal('');
  const problem = useSignal<'amount' | 'description' | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  /** One key per form: whatever happens to the answer, pressing again makes no second order. */
  const key = useRef(crypto.randomUUID());
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const amountMinor = minorUnitsOf(amount.value, currency.value);
    problem.value = amountMinor === undefined ? 'amount' : description.value.trim() === '' ? 'description' : undefined;
    if (busy.value || amountMinor === undefined || problem.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      const terms = { amountMinor, currency: currency.value, description: description.value.trim() };
      const order = await api.createCollectOrder(terms, key.current);
      inbox.take(order);
      go(`pay/${order.id}`, true);
    } catch (error) {
      failure.value = codeOf(error);
    } finally {
      busy.value = false;
    }
  };
  const changed = (): void => {
    key.current = crypto.randomUUID();
    problem.value = undefined;
  };
  const example = exponentOf(currency.value) === 0 ? '1250' : '12.50';
  return (
    <section class="narrow">
      <Title>{t('collect.title')}</Title>
      <p class="lead">{t('collect.lead')}</p>
      {failure.value && <ReasonBox code={failure.value} />}
      <form onSubmit={onSubmit} noValidate data-testid="collect-form">
        <div class="side-by-side">
          <div class="field grow">
            <label for="collect-amount">{t('collect.amount', { currency: currency.value })}</label>
            <input
              id="collect-amount"
              class="money"
              inputMode="decimal"
              autocomplete="off"
              value={amount.value}
              aria-invalid={problem.value === 'amount'}
              aria-describedby="collect-problem"
              onInput={(event) => {
                amount.value = event.currentTarget.value;
                changed();
              }}
            />
          </div>
          <div class="field">
            <label for="collect-currency">{t('collect.currency')}</label>
            <select
              id="collect-currency"
              value={currency.value}
              onChange={(event) => {
                currency.value = event.currentTarget.value as Currency;
                changed();
              }}
            >
              {CURRENCIES.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </div>
        </div>
        <div class="field">
          <label for="collect-description">{t('collect.description')}</label>
          <input
            id="collect-description"
            autocomplete="off"
            maxLength={120}
            value={description.value}
            aria-invalid={problem.value === 'description'}
            aria-describedby="collect-problem"
            onInput={(event) => {
              description.value = event.currentTarget.value;
              changed();
            }}
          />
        </div>
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
