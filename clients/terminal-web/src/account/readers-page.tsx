import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Link, ReasonBox, Spinner, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { AccountApi, type AccountReader } from '../gateway/account-api.js';
import { clockText } from '../i18n/translate.js';
import { AccountReaders } from './account-readers.js';
import { ReaderApplicationForm } from './reader-application-form.js';
import { ReaderBinding } from './reader-binding.js';
import { ReaderCard } from './reader-card.js';
import { readersText as t } from './readers-text.js';

/** What the form is open for: no reader in particular, or in place of a lost one. */
type Applying = { readonly replaces?: AccountReader } | undefined;

export function ReadersPage() {
  const { api } = useTerminal();
  const readers = useMemo(() => new AccountReaders(new AccountApi(api)), [api]);
  useLoading(readers);
  const news = readers.news.value;
  const failure = readers.failure.value;
  return (
    <>
      <Link to="account" class="back">
        ← {t('back')}
      </Link>
      <Title>{t('title')}</Title>
      <p class="lead">{t('lead')}</p>
      <p role="status" class={news ? 'notice' : 'visually-hidden'} data-testid="readers-news">
        {news && t(news)}
      </p>
      {failure !== undefined && <ReasonBox code={failure} />}
      {!readers.list.value && failure === undefined && <Spinner text={t('title')} />}
      {readers.list.value && <Readers readers={readers} list={readers.list.value} />}
      <Refreshed readers={readers} />
    </>
  );
}

function Readers({ readers, list }: { readers: AccountReaders; list: readonly AccountReader[] }) {
  const applying = useSignal<Applying>(undefined);
  const open = (next: Applying): void => {
    applying.value = next;
  };
  const none = list.length === 0;
  const form = none ? {} : applying.value;
  return (
    <>
      {none && <p class="empty">{t('empty')}</p>}
      {list.some(({ status }) => status === 'shipped') && <ReaderBinding readers={readers} />}
      <ul class="list cards">
        {list.map((reader) => (
          <ReaderCard key={reader.id} reader={reader} readers={readers} onReplace={() => open({ replaces: reader })} />
        ))}
      </ul>
      {form ? (
        <ReaderApplicationForm
          key={form.replaces?.id}
          readers={readers}
          replaces={form.replaces}
          onClose={none ? undefined : () => open(undefined)}
        />
      ) : (
        <div class="actions">
          <button type="button" data-testid="apply-again" onClick={() => open({})}>
            {t('applyAgain')}
          </button>
        </div>
      )}
    </>
  );
}

/** At once, and whenever somebody comes back to this page: a parcel moves while nobody looks. */
function useLoading(readers: AccountReaders): void {
  useEffect(() => {
    const load = (): void => {
      if (document.visibilityState === 'visible') void readers.load();
    };
    load();
    document.addEventListener('visibilitychange', load);
    addEventListener('online', load);
    return () => {
      document.removeEventListener('visibilitychange', load);
      removeEventListener('online', load);
    };
  }, [readers]);
}

function Refreshed({ readers }: { readers: AccountReaders }) {
  const loadedAt = readers.loadedAt.value;
  return (
    <p class="hint">
      {loadedAt !== undefined && t('refreshed', { time: clockText(loadedAt) })}{' '}
      <button type="button" class="plain link" data-testid="readers-refresh" onClick={() => void readers.load()}>
        {t('refresh')}
      </button>
    </p>
  );
}
