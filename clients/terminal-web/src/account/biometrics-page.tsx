import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Link, ReasonBox, Spinner, StepHeading, Title } from '../app/parts.js';
import { useReady, useTerminal } from '../app/context.js';
import { AccountApi, type BiometricCredential } from '../gateway/account-api.js';
import { codeOf } from '../gateway/problem.js';
import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/biometrics.js';
import { timeText } from '../i18n/translate.js';
import { canRegisterBiometric, registerBiometric } from './register-biometric.js';

const t = roomTexts(texts);

/** A credential with the name of the terminal that made it. */
interface Named extends BiometricCredential {
  readonly name: string;
}

/** Says it again in the language that is chosen later. */
type Said = () => string;

function useBiometrics() {
  const { api } = useTerminal();
  const calls = useMemo(() => new AccountApi(api), [api]);
  const list = useSignal<readonly Named[] | undefined>(undefined);
  const able = useSignal(false);
  const busy = useSignal(false);
  const said = useSignal<Said | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const load = async (): Promise<void> => {
    const [credentials, terminals] = await Promise.all([calls.biometrics(), api.terminals()]);
    const nameOf = (id: string): string => terminals.find((each) => each.id === id)?.name ?? t('unknownTerminal');
    list.value = credentials.map((each) => ({ ...each, name: nameOf(each.terminalId) }));
  };
  const tell = async (work: () => Promise<Said | undefined>): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    said.value = undefined;
    failure.value = undefined;
    try {
      said.value = await work();
    } catch (error) {
      const canceled = canceledText(error);
      if (canceled) said.value = canceled;
      else failure.value = codeOf(error);
    } finally {
      busy.value = false;
    }
  };
  const register = (): Promise<void> =>
    tell(async () => {
      await calls.registerBiometric(await registerBiometric(await calls.biometricOptions()));
      await load();
      return () => t('registered');
    });
  const remove = ({ id, name }: Named): Promise<void> =>
    tell(async () => {
      await calls.removeBiometric(id);
      await load();
      return () => t('removed', { name });
    });
  useEffect(() => {
    void tell(async () => {
      able.value = await canRegisterBiometric();
      await load();
      return undefined;
    });
  }, [api]);
  return { list, able, busy, said, failure, register, remove };
}

function canceledText(error: unknown): Said | undefined {
  if (!(error instanceof DOMException)) return undefined;
  return () => t(error.name === 'InvalidStateError' ? 'already' : 'gaveUp');
}

export function BiometricsPage() {
  const biometrics = useBiometrics();
  const { list, said, failure } = biometrics;
  return (
    <>
      <Link to="account" class="back">
        ← {t('back')}
      </Link>
      <Title>{t('title')}</Title>
      <p class="lead">{t('lead')}</p>
      <p role="status" class={said.value ? 'notice' : 'visually-hidden'} data-testid="biometrics-said">
        {said.value?.()}
      </p>
      {failure.value !== undefined && <ReasonBox code={failure.value} />}
      {!list.value && failure.value === undefined && <Spinner text={t('title')} />}
      {list.value && <Credentials {...biometrics} list={list.value} />}
    </>
  );
}

type CredentialsProps = Omit<ReturnType<typeof useBiometrics>, 'list'> & { readonly list: readonly Named[] };

function Credentials({ list, able, busy, register, remove }: CredentialsProps) {
  const { terminalId } = useReady();
  const asked = useSignal<string | undefined>(undefined);
  const here = list.some((each) => each.terminalId === terminalId);
  return (
    <>
      {list.length === 0 && <p class="empty">{t('empty')}</p>}
      <ul class="list cards">
        {list.map((each) => (
          <CredentialRow key={each.id} credential={each} asked={asked} onRemove={() => void remove(each)} />
        ))}
      </ul>
      {able.value ? (
        <div class="actions">
          <button
            type="button"
            class={here ? '' : 'primary'}
            data-testid="biometrics-register"
            aria-disabled={busy.value}
            onClick={() => void register()}
          >
            {t(busy.value ? 'registering' : here ? 'registerAgain' : 'register')}
          </button>
        </div>
      ) : (
        <p class="notice warn" data-testid="biometrics-missing">
          {t('missing')}
        </p>
      )}
    </>
  );
}

function CredentialRow(props: { credential: Named; asked: Signal<string | undefined>; onRemove: () => void }) {
  const { terminalId } = useReady();
  const { credential, asked, onRemove } = props;
  const { id, name, registeredAt, lastUsedAt } = credential;
  return (
    <li class="card step" data-testid="biometric">
      <div class="row">
        <div>
          <strong class="block">
            {name} {credential.terminalId === terminalId && <span class="tag">{t('here')}</span>}
          </strong>
          <span class="hint">
            {t('since', { time: timeText(registeredAt) })} ·{' '}
            {lastUsedAt === undefined ? t('neverUsed') : t('lastUsed', { time: timeText(lastUsedAt) })}
          </span>
        </div>
        {asked.value !== id && (
          <button
            type="button"
            data-testid="biometric-remove"
            aria-label={t('removeNamed', { name })}
            onClick={() => ask(id)}
          >
            {t('remove')}
          </button>
        )}
      </div>
      {asked.value === id && (
        <div class="notice warn step" role="group" aria-label={t('remove')}>
          <StepHeading>{t('removeSure', { name })}</StepHeading>
          <div class="actions">
            <button type="button" data-testid="biometric-remove-yes" onClick={onRemove}>
              {t('removeYes')}
            </button>
            <button type="button" onClick={() => ask(undefined)}>
              {t('removeNo')}
            </button>
          </div>
        </div>
      )}
    </li>
  );

  function ask(next: string | undefined): void {
    asked.value = next;
  }
}
