import { useSignal } from '@preact/signals';
import { Field, Link, ReasonBox, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { useSubmit } from '../app/use-submit.js';
import type { Registration } from '../gateway/session.js';
import { locale, t } from '../i18n/translate.js';
import { go } from '../route.js';

function registrationOf(form: FormData): Registration {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const mobile = text('mobile');
  const accountNumber = text('accountNumber');
  return {
    email: text('email'),
    password: String(form.get('password')),
    displayName: text('displayName'),
    locale: locale.value,
    ...(mobile ? { mobile } : {}),
    ...(accountNumber ? { bankAccount: { bankCode: text('bankCode'), accountNumber, holder: text('holder') } } : {}),
  };
}

export function RegisterPage() {
  const { api, session } = useTerminal();
  const { busy, failure, onSubmit } = useSubmit(async (form) => {
    await api.register(registrationOf(form));
    session.registered();
    go('log-in', true);
  });
  return (
    <section class="narrow">
      <Title>{t('register.title')}</Title>
      <p class="lead">{t('register.lead')}</p>
      {failure.value && <ReasonBox code={failure.value} />}
      <form onSubmit={onSubmit} data-testid="register-form">
        <Field label={t('logIn.email')} name="email" type="email" autocomplete="username" />
        <Field label={t('register.name')} name="displayName" autocomplete="name" />
        <Field
          label={t('logIn.password')}
          name="password"
          type="password"
          autocomplete="new-password"
          minLength={10}
          hint={t('register.passwordHint')}
        />
        <Field label={t('register.mobile')} name="mobile" type="tel" autocomplete="tel" required={false} />
        <BankAccountFields />
        <button type="submit" class="primary" aria-disabled={busy.value}>
          {busy.value ? t('register.busy') : t('register.submit')}
        </button>
      </form>
      <p>
        {t('register.haveAccount')} <Link to="log-in">{t('logIn.submit')}</Link>
      </p>
    </section>
  );
}

/** Only who wants to collect designates a bank account [0060]. */
function BankAccountFields() {
  const receives = useSignal(false);
  return (
    <>
      <label class="choice">
        <input
          type="checkbox"
          checked={receives.value}
          data-testid="receives"
          onChange={() => {
            receives.value = !receives.value;
          }}
        />
        {t('register.bank')}
      </label>
      {receives.value && (
        <>
          <Field label={t('register.bankCode')} name="bankCode" />
          <Field label={t('register.accountNumber')} name="accountNumber" inputMode="numeric" />
          <Field label={t('register.holder')} name="holder" autocomplete="name" />
        </>
      )}
    </>
  );
}
