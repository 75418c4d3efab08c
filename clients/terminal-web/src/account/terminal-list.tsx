import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ReasonBox, Spinner, StepHeading } from '../app/parts.js';
import { useReady, useTerminal } from '../app/context.js';
import { codeOf } from '../gateway/problem.js';
import type { EnrolledTerminal } from '../gateway/session.js';
import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/account.js';
import { timeText } from '../i18n/translate.js';

const t = roomTexts(texts);

function useTerminals() {
  const { api } = useTerminal();
  const list = useSignal<readonly EnrolledTerminal[] | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const signedOut = useSignal<string | undefined>(undefined);
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
      signedOut.value = name;
      await load();
    } catch (error) {
      failure.value = codeOf(error);
    }
  };
  useEffect(() => {
    const reload = (): void => {
      if (document.visibilityState === 'visible') void load();
    };
    reload();
    document.addEventListener('visibilitychange', reload);
    return () => document.removeEventListener('visibilitychange', reload);
  }, [api]);
  return { list, failure, signedOut, signOut };
}

/** All terminals of the account; another one can be signed out from here, after one more question. */
export function TerminalList() {
  const { terminalId } = useReady();
  const { list, failure, signedOut, signOut } = useTerminals();
  const asked = useSignal<string | undefined>(undefined);
  const name = signedOut.value;
  // One's own first: whoever looks for a stranger starts below it.
  const terminals = list.value?.toSorted((a, b) => Number(b.id === terminalId) - Number(a.id === terminalId));
  return (
    <section class="card">
      <h2>{t('terminals')}</h2>
      <p class="hint">{t('terminalsLead')}</p>
      {failure.value !== undefined && <ReasonBox code={failure.value} />}
      {!terminals && failure.value === undefined && <Spinner text={t('terminals')} />}
      <ul class="list">
        {terminals?.map((terminal) => (
          <TerminalRow
            key={terminal.id}
            terminal={terminal}
            asked={asked}
            own={terminal.id === terminalId}
            onSignOut={() => void signOut(terminal)}
          />
        ))}
      </ul>
      <p role="status" class={name === undefined ? 'visually-hidden' : 'notice'}>
        {name !== undefined && t('signedOut', { name })}
      </p>
    </section>
  );
}

interface TerminalRowProps {
  readonly terminal: EnrolledTerminal;
  readonly asked: Signal<string | undefined>;
  readonly own: boolean;
  readonly onSignOut: () => void;
}

function TerminalRow({ terminal, asked, own, onSignOut }: TerminalRowProps) {
  const { id, name, enrolledAt, lastSeenAt } = terminal;
  const times = [
    enrolledAt === undefined ? '' : t('enrolled', { time: timeText(enrolledAt) }),
    lastSeenAt === undefined || own ? '' : t('lastSeen', { time: timeText(lastSeenAt) }),
  ].filter((text) => text !== '');
  if (asked.value === id) return <SignOutQuestion {...{ name, asked, onSignOut }} />;
  return (
    <li class="row" data-testid="terminal">
      <div>
        <strong class="block">{name}</strong>
        <span class="hint">{times.join(' · ')}</span>
      </div>
      {own ? (
        <span class="tag">{t('thisTerminal')}</span>
      ) : (
        <button
          type="button"
          data-testid="sign-out"
          aria-label={t('signOutNamed', { name })}
          onClick={() => {
            asked.value = id;
          }}
        >
          {t('signOut')}
        </button>
      )}
    </li>
  );
}

function SignOutQuestion(props: Pick<TerminalRowProps, 'asked' | 'onSignOut'> & { name: string }) {
  const { name, asked, onSignOut } = props;
  return (
    <li class="notice warn step" data-testid="terminal">
      <StepHeading>{t('signOutSure', { name })}</StepHeading>
      <div class="actions">
        <button type="button" data-testid="sign-out-yes" onClick={onSignOut}>
          {t('signOutYes')}
        </button>
        <button
          type="button"
          onClick={() => {
            asked.value = undefined;
          }}
        >
          {t('signOutNo')}
        </button>
      </div>
    </li>
  );
}
