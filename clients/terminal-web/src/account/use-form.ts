import { useSignal, type ReadonlySignal } from '@preact/signals';
import { codeOf, Problem } from '../gateway/problem.js';
import { reasonFor } from '../i18n/translate.js';
import { formText, type FormTextKey } from './form-text.js';

/** Each asked for when it is shown, so that it follows the language. */
export type FieldErrors = Readonly<Record<string, () => string>>;

export interface FormState {
  readonly busy: ReadonlySignal<boolean>;
  readonly errors: ReadonlySignal<FieldErrors>;
  /** What went wrong that belongs to no field. */
  readonly failure: ReadonlySignal<{ readonly code: string; readonly facts: Problem['facts'] } | undefined>;
  readonly onSubmit: (event: Event) => Promise<void>;
  readonly onInput: (event: Event) => void;
}

/**
 * A form that is sent once at a time and says what is wrong at the field: what the browser finds, in the language of
 * the page, and what the platform refuses, by the `param` of its problem. Its inputs keep what was entered.
 */
export function useForm(work: (form: FormData) => Promise<void>): FormState {
  const busy = useSignal(false);
  const errors = useSignal<FieldErrors>({});
  const failure = useSignal<{ code: string; facts: Problem['facts'] } | undefined>(undefined);
  const refuse = (form: HTMLFormElement, error: unknown): void => {
    const code = codeOf(error);
    const { param, facts = {} } = error instanceof Problem ? error : {};
    const field = fieldsOf(form).find(({ name }) => param !== undefined && (name === param || name === `${param}.0`));
    if (field) show(form, { [field.name]: () => refusalText(code, field.name, facts) });
    else failure.value = { code, facts };
  };
  const show = (form: HTMLFormElement, found: FieldErrors): void => {
    errors.value = found;
    fieldsOf(form)
      .find(({ name }) => name in found)
      ?.focus();
  };
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (busy.value) return;
    failure.value = undefined;
    const found = invalidFields(form);
    show(form, found);
    if (Object.keys(found).length > 0) return;
    busy.value = true;
    try {
      await work(new FormData(form));
    } catch (error) {
      refuse(form, error);
    } finally {
      busy.value = false;
    }
  };
  /** An error is gone as soon as its field changes. */
  const onInput = (event: Event): void => {
    const { [(event.target as HTMLInputElement).name]: gone, ...rest } = errors.value;
    if (gone) errors.value = rest;
  };
  return { busy, errors, failure, onSubmit, onInput };
}

const fieldsOf = (form: HTMLFormElement): HTMLInputElement[] =>
  [...form.elements].filter((each): each is HTMLInputElement => 'name' in each && each.name !== '');

function invalidFields(form: HTMLFormElement): FieldErrors {
  const found: Record<string, () => string> = {};
  for (const { name, validity, willValidate } of fieldsOf(form)) {
    if (willValidate && !validity.valid) {
      found[name] = () => (validity.valueMissing ? formText('missing') : ruleText(name));
    }
  }
  return found;
}

const RULES: Readonly<Record<string, FormTextKey>> = {
  email: 'rule.email',
  password: 'rule.password',
  mobile: 'rule.mobile',
  code: 'rule.code',
  'bankAccount.bankCode': 'rule.bankCode',
  'bankAccount.accountNumber': 'rule.accountNumber',
  serialNumber: 'rule.serialNumber',
};

const ruleText = (name: string): string => formText(RULES[name] ?? 'rule.other');

function refusalText(code: string, name: string, facts: Problem['facts']): string {
  if (code.endsWith('.FIELD_INVALID') || code.endsWith('.SHAPE_INVALID')) return ruleText(name);
  const { what, todo } = reasonFor(code);
  const left = facts['triesLeft'];
  return `${what} ${left === undefined ? todo : formText('triesLeft', { count: left })}`;
}
