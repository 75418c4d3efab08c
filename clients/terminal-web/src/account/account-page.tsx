import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ReasonBox, Spinner, Title } from '../app/parts.js';
import { useReady, useTerminal } from '../app/context.js';
import { codeOf } from '../gateway/problem.js';
import type { EnrolledTerminal } from '../gateway/session.js';
import { t, timeText } from '../i18n/translate.js';
import { ReaderBox } from '../reader-panel/reader-box.js';

export function AccountPage() {
  const { session } = useTerminal();
  const { accountName } = useReady();
  return (
    <>
      <Title>{t('account.title')}</Title>
      <section class="card row">
        <div>
          <span class="hint">{t('account.signedInAs')}</span>
          <strong class="block" data-testid="account-name">
            {accountName}
          </strong>
        </div>
        <button type="button" data-testid="log-out" onClick={() => void session.logOut()}>
          {t('account.logOut')}
        </button>
      </section>
      <ReaderBox />
      <Terminals />
    </>
  );
}

function Terminals() {
  const { api } = useTerminal();
  const list = useSignal<readonly EnrolledTerminal[] | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const said = useSignal('');
  const load = async (): Promise<void> => {
    try {
      list.value = (await api.terminals()).filter(({ revoked }) => revoked !== true);
      failure.value = undefined;
    } catch (error) {
      failure.value = codeOf(error);
    }
  };
  const signOut = async ({ id, name }: EnrolledTerminal): Promise<void> => {
    try {
      await api.signOutTerminal(id);
      said.value = t('account.signedOut', { name });
      await load();
    } catch (error) {
      failure.value = codeOf(error);
    }
  };
  useEffect(() => void load(), []);
  return (
    <section class="card">
      <h2>{t('account.terminals')}</h2>
      <p class="hint">{t('account.terminalsLead')}</p>
      {failure.value && <ReasonBox code={failure.value} />}
      {list.value === undefined && !failure.value && <Spinner text={t('app.starting')} />}
      <ul class="list">
        {list.value?.map((terminal) => (
          <TerminalRow key={terminal.id} terminal={terminal} onSignOut={() => void signOut(terminal)} />
        ))}
      </ul>
      <p role="status">{said}</p>
    </section>
  );
}

function TerminalRow({ terminal, onSignOut }: { terminal: EnrolledTerminal; onSignOut: () => void }) {
  const { terminalId } = useReady();
  const { id, name, lastSeenAt } = terminal;
  return (
    <li class="row" data-testid="terminal">
      <div>
        <strong class="block">{name}</strong>
        {lastSeenAt !== undefined && <span class="hint">{t('account.lastSeen', { time: timeText(lastSeenAt) })}</span>}
      </div>
      {id === terminalId ? (
        <span class="tag">{t('account.thisTerminal')}</span>
      ) : (
        <button type="button" aria-label={t('account.signOutNamed', { name })} onClick={onSignOut}>
          {t('account.signOut')}
        </button>
      )}
    </li>
  );
}
