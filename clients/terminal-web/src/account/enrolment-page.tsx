import { ReasonBox, Spinner, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { t } from '../i18n/translate.js';

export function EnrolmentPage({ accountName, failure }: { accountName: string; failure?: string | undefined }) {
  const { session } = useTerminal();
  return (
    <section class="narrow" data-testid="enrolment">
      <Title>{t('enrol.title')}</Title>
      {failure === undefined ? (
        <>
          <p class="lead">{t('enrol.lead')}</p>
          <Spinner text={t('enrol.title')} />
        </>
      ) : (
        <>
          <p>{t('enrol.failed')}</p>
          <ReasonBox code={failure} />
          <div class="actions">
            <button type="button" class="primary" onClick={() => void session.enrol(accountName)}>
              {t('enrol.again')}
            </button>
            <button type="button" onClick={() => void session.logOut()}>
              {t('account.logOut')}
            </button>
          </div>
        </>
      )}
    </section>
  );
}
