import { Field, Link, ReasonBox, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { useSubmit } from '../app/use-submit.js';
import { t } from '../i18n/translate.js';
import { go, route } from '../route.js';

const NOTICES = {
  'logged-out': 'logIn.loggedOut',
  ended: 'logIn.ended',
  'keys-gone': 'logIn.keysGone',
  registered: 'register.done',
} as const;

export function LogInPage({ notice }: { notice?: keyof typeof NOTICES | undefined }) {
  const { session } = useTerminal();
  const { busy, failure, onSubmit } = useSubmit(async (form) => {
    // A link to an order, opened before the log-in, leads there afterwards.
    if (route.value.page === 'log-in') go('', true);
    await session.logIn(String(form.get('email')), String(form.get('password')));
  });
  return (
    <section class="narrow">
      <Title>{t('logIn.title')}</Title>
      <p class="lead">{t('logIn.lead')}</p>
      {notice && !failure.value && (
        <p class="notice" role="status" data-testid={`notice-${notice}`}>
          {t(NOTICES[notice])}
        </p>
      )}
      {failure.value && <ReasonBox code={failure.value} />}
      <form onSubmit={onSubmit} data-testid="log-in-form">
        <Field label={t('logIn.email')} name="email" type="email" autocomplete="username" />
        <Field label={t('logIn.password')} name="password" type="password" autocomplete="current-password" />
        <button type="submit" class="primary" aria-disabled={busy.value}>
          {busy.value ? t('logIn.busy') : t('logIn.submit')}
        </button>
      </form>
      <p>
        {t('logIn.noAccount')}{' '}
        <Link to="register" testId="to-register">
          {t('logIn.register')}
        </Link>
      </p>
    </section>
  );
}
