import { useSignal } from '@preact/signals';
import { Field, Link, ReasonBox, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { codeOf } from '../gateway/problem.js';
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
  const busy = useSignal(false);
  const receives = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      await api.register(registrationOf(new FormData(event.currentTarget as HTMLFormElement)));
      session.registered();
      go('log-in', true);
    } catch (error) {
      failure.value = codeOf(error);
    } finally {
      busy.value = false;
    }
  };
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
