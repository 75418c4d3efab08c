import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/account.js';
import { Link, Title } from '../app/parts.js';
import { useReady, useTerminal } from '../app/context.js';
import { ReaderBox } from '../reader-panel/reader-box.js';
import { TerminalList } from './terminal-list.js';

const t = roomTexts(texts);

export function AccountPage() {
  const { session } = useTerminal();
  const { accountName } = useReady();
  return (
    <>
      <Title>{t('title')}</Title>
      <section class="card row">
        <div>
          <span class="hint">{t('signedInAs')}</span>
          <strong class="block" data-testid="account-name">
            {accountName}
          </strong>
        </div>
        <button type="button" data-testid="log-out" onClick={() => void session.logOut()}>
          {t('logOut')}
        </button>
      </section>
      <MoreLinks />
      <ReaderBox />
      <TerminalList />
    </>
  );
}

function MoreLinks() {
  const pages = [
    ['mobile', t('mobile'), t('mobileLead')],
    ['readers', t('readers'), t('readersLead')],
    ['biometrics', t('biometrics'), t('biometricsLead')],
  ] as const;
  return (
    <ul class="list tiles" aria-label={t('more')}>
      {pages.map(([to, name, lead]) => (
        <li key={to}>
          <Link to={to} class="card tile" testId={`to-${to}`}>
            <strong class="block">{name}</strong>
            <span class="hint">{lead}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
