import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Link, ReasonBox, Spinner, StepHeading, Title } from '../app/parts.js';
import { useReady, useTerminal } from '../app/context.js';
import { AccountApi } from '../gateway/account-api.js';
import { codeOf } from '../gateway/problem.js';
import type { Account } from '../gateway/session.js';
import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/mobile.js';
import { clockText } from '../i18n/translate.js';
import { InputField } from './form-field.js';
import { useForm, type FormState } from './use-form.js';

const t = roomTexts(texts);
/** The code on its way, so that a reload asks for it and not for the number again. No secret. */
const PENDING = 'openswipe.mobile-code';

interface PendingCode {
  readonly accountId: string;
  readonly mobile: string;
  /** ISO 8601; not known when the code was sent at registration. */
  readonly expiresAt?: string;
}

type At =
  | { readonly step: 'loading' }
  | { readonly step: 'failed'; readonly code: string }
  | { readonly step: 'bound'; readonly mobile: string; readonly fresh: boolean }
  | { readonly step: 'number'; readonly mobile: string; readonly bound: string | undefined }
  | { readonly step: 'code'; readonly pending: PendingCode; readonly bound: string | undefined };

function pendingOf(account: Account): PendingCode | undefined {
  const kept = localStorage.getItem(PENDING);
  const pending = kept === null ? undefined : (JSON.parse(kept) as PendingCode);
  if (pending?.accountId === account.id) return pending;
  if (account.mobile === undefined || account.mobileConfirmed === true) return undefined;
  return { accountId: account.id, mobile: account.mobile };
}

const boundOf = ({ mobile, mobileConfirmed }: Account): string | undefined =>
  mobileConfirmed === true ? mobile : undefined;

export function MobilePage() {
  const { api } = useTerminal();
  const at = useSignal<At>({ step: 'loading' });
  const load = async (): Promise<void> => {
    try {
      const account = await api.account();
      const bound = boundOf(account);
      const pending = pendingOf(account);
      if (pending) at.value = { step: 'code', pending, bound };
      else if (bound === undefined) at.value = { step: 'number', mobile: '', bound };
      else at.value = { step: 'bound', mobile: bound, fresh: false };
    } catch (error) {
      at.value = { step: 'failed', code: codeOf(error) };
    }
  };
  useEffect(() => void load(), []);
  return (
    <section class="narrow">
      <Link to="account" class="back">
        ← {t('back')}
      </Link>
      <Title>{t('title')}</Title>
      <Step at={at} />
    </section>
  );
}

function Step({ at }: { at: Signal<At> }) {
  const now = at.value;
  switch (now.step) {
    case 'loading':
      return <Spinner text={t('title')} />;
    case 'failed':
      return <ReasonBox code={now.code} />;
    case 'bound':
      return <Bound at={at} mobile={now.mobile} fresh={now.fresh} />;
    case 'number':
      return <NumberForm at={at} mobile={now.mobile} bound={now.bound} />;
    default:
      return <CodeForm key={now.pending.expiresAt} at={at} pending={now.pending} bound={now.bound} />;
  }
}

function Bound({ at, mobile, fresh }: { at: Signal<At>; mobile: string; fresh: boolean }) {
  return (
    <section class="card step" data-testid="mobile-bound">
      {fresh && (
        <p class="notice" role="status">
          {t('done', { mobile })}
        </p>
      )}
      <p>
        <strong class="block">{mobile}</strong>
        <span class="hint">{t('bound')}</span>
      </p>
      <button
        type="button"
        data-testid="mobile-change"
        onClick={() => {
          at.value = { step: 'number', mobile: '', bound: mobile };
        }}
      >
        {t('change')}
      </button>
    </section>
  );
}

/** Sends a code to a number and goes on to its step. */
function useSending(at: Signal<At>, bound: string | undefined) {
  const { api } = useTerminal();
  const { accountId } = useReady();
  const calls = useMemo(() => new AccountApi(api), [api]);
  return async (mobile: string): Promise<void> => {
    const { codeExpiresAt } = await calls.changeMobile(mobile);
    const pending: PendingCode = { accountId, mobile, expiresAt: codeExpiresAt };
    localStorage.setItem(PENDING, JSON.stringify(pending));
    at.value = { step: 'code', pending, bound };
  };
}

function NumberForm({ at, mobile, bound }: { at: Signal<At>; mobile: string; bound: string | undefined }) {
  const send = useSending(at, bound);
  const form = useForm((data) => send(String(data.get('mobile')).trim()));
  const field = { errors: form.errors.value, name: 'mobile', label: t('number'), autocomplete: 'tel' } as const;
  return (
    <form noValidate class="card" onSubmit={form.onSubmit} onInput={form.onInput} data-testid="mobile-form">
      <p class="lead">{t('lead')}</p>
      <InputField {...field} type="tel" defaultValue={mobile} />
      <Failure form={form} />
      <div class="actions">
        <button type="submit" class="primary" aria-disabled={form.busy.value}>
          {t(form.busy.value ? 'sending' : 'send')}
        </button>
        {bound !== undefined && (
          <button
            type="button"
            onClick={() => {
              at.value = { step: 'bound', mobile: bound, fresh: false };
            }}
          >
            {t('keep')}
          </button>
        )}
      </div>
    </form>
  );
}

type CodeFormProps = { at: Signal<At>; pending: PendingCode; bound: string | undefined };

/** Another code to the same number, or another number. */
function OtherWays({ at, pending: { mobile }, bound, expired }: CodeFormProps & { expired: boolean }) {
  const send = useSending(at, bound);
  const resend = useForm(() => send(mobile));
  return (
    <form noValidate onSubmit={resend.onSubmit}>
      <Failure form={resend} />
      <div class="actions">
        <button type="submit" class={expired ? 'primary' : ''} data-testid="resend" aria-disabled={resend.busy.value}>
          {t(resend.busy.value ? 'sending' : 'again')}
        </button>
        <button
          type="button"
          data-testid="other-number"
          onClick={() => {
            localStorage.removeItem(PENDING);
            at.value = { step: 'number', mobile, bound };
          }}
        >
          {t('other')}
        </button>
      </div>
    </form>
  );
}

function CodeForm({ at, pending, bound }: CodeFormProps) {
  const { api } = useTerminal();
  const { mobile, expiresAt } = pending;
  const expired = useExpired(expiresAt);
  const form = useForm(async (data) => {
    const code = String(data.get('code')).replaceAll(/\s/g, '');
    const account = await new AccountApi(api).confirmMobile(code);
    localStorage.removeItem(PENDING);
    at.value = { step: 'bound', mobile: account.mobile ?? mobile, fresh: true };
  });
  const field = { errors: form.errors.value, name: 'code', label: t('code'), autocomplete: 'one-time-code' } as const;
  return (
    <section class="card step" data-testid="mobile-code">
      <StepHeading>{expired ? mobile : t('sent', { mobile })}</StepHeading>
      {expired ? (
        <p class="notice warn" role="status" data-testid="code-expired">
          {t('expired')}
        </p>
      ) : (
        <form noValidate onSubmit={form.onSubmit} onInput={form.onInput}>
          {expiresAt !== undefined && <p class="hint">{t('until', { time: clockText(expiresAt) })}</p>}
          <InputField {...field} inputMode="numeric" pattern="[\s\d]{6,12}" maxLength={12} />
          <Failure form={form} />
          <button type="submit" class="primary" aria-disabled={form.busy.value}>
            {t(form.busy.value ? 'confirming' : 'confirm')}
          </button>
        </form>
      )}
      <OtherWays {...{ at, pending, bound, expired }} />
      <Link to="account">{t('later')}</Link>
    </section>
  );
}

function Failure({ form }: { form: FormState }) {
  const failure = form.failure.value;
  if (!failure) return null;
  const seconds = failure.facts['retryAfterSeconds'];
  return (
    <ReasonBox code={failure.code}>
      {seconds !== undefined && <span class="block">{t('wait', { seconds })}</span>}
    </ReasonBox>
  );
}

/** True from that time on, also while the page is open. */
function useExpired(expiresAt: string | undefined): boolean {
  const expired = useSignal(false);
  useEffect(() => {
    if (expiresAt === undefined) return undefined;
    const timer = setTimeout(
      () => {
        expired.value = true;
      },
      Math.max(0, Date.parse(expiresAt) - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [expiresAt]);
  return expired.value;
}
