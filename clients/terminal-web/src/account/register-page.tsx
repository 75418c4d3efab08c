import { useSignal, type Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Link, ReasonBox, Title } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import type { Registration } from '../gateway/session.js';
import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/register.js';
import { locale } from '../i18n/translate.js';
import { go } from '../route.js';
import { AddressFields, addressOf } from './address-fields.js';
import { BANKS } from './banks.js';
import { Group, InputField, SelectField } from './form-field.js';
import { formText } from './form-text.js';
import { ModelChoice, modelOf } from './model-choice.js';
import { keepWishes } from './registration-wishes.js';
import { useForm, type FieldErrors, type FormState } from './use-form.js';

const t = roomTexts(texts);
const OTHER_BANK = 'other';

function registrationOf(form: FormData): Registration {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const mobile = text('mobile');
  const postalAddress = addressOf(form);
  const bankCode = text('bank') === OTHER_BANK ? text('bankAccount.bankCode') : text('bank');
  const bankAccount = {
    bankCode,
    accountNumber: text('bankAccount.accountNumber'),
    holder: text('bankAccount.holder'),
  };
  return {
    email: text('email'),
    password: String(form.get('password')),
    displayName: text('displayName'),
    locale: locale.value,
    ...(mobile ? { mobile } : {}),
    ...(bankCode ? { bankAccount } : {}),
    ...(postalAddress ? { postalAddress } : {}),
  };
}

/** Registers [0058–0064], logs in, and leaves what needs a terminal to be fulfilled once this device is one. */
function useRegistration(): FormState {
  const { api, session } = useTerminal();
  const idempotencyKey = useRef(crypto.randomUUID());
  return useForm(async (form) => {
    const registration = registrationOf(form);
    const { email, password, mobile } = registration;
    await api.register(registration);
    const model = modelOf(form);
    keepWishes(localStorage, {
      accountName: email.toLowerCase(),
      mobile: mobile !== undefined,
      idempotencyKey: idempotencyKey.current,
      ...(model ? { model } : {}),
    });
    go('', true);
    // The account is there, whatever becomes of this: then the person logs in by hand.
    await session.logIn(email, password).catch(() => session.registered());
  });
}

export function RegisterPage() {
  const form = useRegistration();
  const busy = form.busy.value;
  const failure = form.failure.value;
  const receives = useSignal(false);
  const wantsReader = useSignal(false);
  const errors = form.errors.value;
  return (
    <section class="narrow">
      <Title>{t('title')}</Title>
      <p class="lead">{t('lead')}</p>
      <form noValidate onSubmit={form.onSubmit} onInput={form.onInput} data-testid="register-form">
        <LogInFields errors={errors} />
        <InputField
          {...{ errors, name: 'mobile', label: t('mobile'), hint: t('mobileHint'), type: 'tel', autocomplete: 'tel' }}
          optional
        />
        <Choice checked={receives} testId="receives" label={t('receives')} />
        <BankAccountFields errors={errors} off={!receives.value} />
        <Choice checked={wantsReader} testId="wants-reader" label={t('wantsReader')} />
        <Group legend={t('reader')} lead={t('readerLead')} off={!wantsReader.value}>
          <ModelChoice />
          <AddressFields errors={errors} />
        </Group>
        {failure && <ReasonBox code={failure.code} />}
        <button type="submit" class="primary large" aria-disabled={busy}>
          {busy ? t('busy') : t('submit')}
        </button>
      </form>
      <p>
        {t('haveAccount')} <Link to="log-in">{t('toLogIn')}</Link>
      </p>
    </section>
  );
}

function LogInFields({ errors }: { errors: FieldErrors }) {
  const shown = useSignal(false);
  return (
    <Group legend={t('logIn')}>
      <InputField
        {...{ errors, name: 'email', label: t('email'), type: 'email', autocomplete: 'username', maxLength: 254 }}
        spellcheck={false}
      />
      <InputField
        {...{ errors, name: 'password', label: t('password'), hint: t('passwordHint'), autocomplete: 'new-password' }}
        type={shown.value ? 'text' : 'password'}
        minLength={10}
        maxLength={256}
      />
      <Choice checked={shown} testId="show-password" label={t('showPassword')} />
      <InputField {...{ errors, name: 'displayName', label: t('name'), autocomplete: 'name', maxLength: 64 }} />
    </Group>
  );
}

function Choice({ checked, label, testId }: { checked: Signal<boolean>; label: string; testId: string }) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={checked.value}
        data-testid={testId}
        onChange={() => {
          checked.value = !checked.value;
        }}
      />
      {label}
    </label>
  );
}

/** Only who wants to collect designates a bank account [0060]. */
function BankAccountFields({ errors, off }: { errors: FieldErrors; off: boolean }) {
  const bank = useSignal('');
  const field = (name: string, label: string) => ({ errors, name: `bankAccount.${name}`, label });
  return (
    <Group legend={t('bank')} lead={t('bankLead')} off={off}>
      <SelectField
        {...{ errors, name: 'bank', label: t('bankName') }}
        onChoice={(chosen) => {
          bank.value = chosen;
        }}
      >
        <option value="">{formText('choose')}</option>
        {BANKS.map(({ code, name }) => (
          <option key={code} value={code}>
            {name[locale.value]}
          </option>
        ))}
        <option value={OTHER_BANK}>{t('otherBank')}</option>
      </SelectField>
      {bank.value === OTHER_BANK && (
        <InputField {...field('bankCode', t('bankCode'))} hint={t('bankCodeHint')} maxLength={14} spellcheck={false} />
      )}
      <InputField
        {...field('accountNumber', t('accountNumber'))}
        inputMode="numeric"
        autocomplete="off"
        maxLength={42}
        spellcheck={false}
      />
      <InputField {...field('holder', t('holder'))} autocomplete="name" maxLength={140} />
    </Group>
  );
}
