import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { formText } from './form-text.js';
import type { FieldErrors } from './use-form.js';

interface FieldProps {
  /** Of the field in the API, e.g. `bankAccount.holder`: a refusal names it so. */
  readonly name: string;
  readonly label: string;
  readonly errors: FieldErrors;
  readonly hint?: string | undefined;
  readonly optional?: boolean;
  readonly class?: string;
}

const idOf = (name: string): string => name.replaceAll('.', '-');

/** A label, its control, and below it what is wrong or else the hint. */
function Labelled({
  name,
  label,
  errors,
  hint,
  optional,
  children,
  ...rest
}: FieldProps & { children: ComponentChildren }) {
  const error = errors[name]?.();
  return (
    <div class={`field ${rest.class ?? ''}`}>
      <label for={idOf(name)}>
        {label} {optional && <span class="hint">({formText('optional')})</span>}
      </label>
      {children}
      <small id={`${idOf(name)}-hint`} class={error === undefined ? 'hint' : 'bad-text'} data-error={name}>
        {error ?? hint}
      </small>
    </div>
  );
}

const control = ({ name, errors, hint, optional }: FieldProps) => ({
  id: idOf(name),
  name,
  required: optional !== true,
  'aria-invalid': errors[name] !== undefined,
  'aria-describedby': errors[name] === undefined && hint === undefined ? undefined : `${idOf(name)}-hint`,
});

type InputOptions = Pick<
  InputHTMLAttributes,
  'type' | 'autocomplete' | 'minLength' | 'maxLength' | 'pattern' | 'inputMode' | 'defaultValue' | 'spellcheck'
>;

export function InputField(props: FieldProps & InputOptions) {
  const { type = 'text', autocomplete, minLength, maxLength, pattern, inputMode, defaultValue, spellcheck } = props;
  const options = { autocomplete, minLength, maxLength, pattern, inputMode, defaultValue, spellcheck };
  return (
    <Labelled {...props}>
      <input {...control(props)} type={type as 'text'} {...options} />
    </Labelled>
  );
}

export function SelectField(
  props: FieldProps & {
    autocomplete?: string;
    onChoice?: (value: string) => void;
    children: ComponentChildren;
  },
) {
  const { autocomplete, onChoice, children } = props;
  return (
    <Labelled {...props}>
      <select
        {...control(props)}
        autocomplete={autocomplete as 'country'}
        onChange={(event) => onChoice?.(event.currentTarget.value)}
      >
        {children}
      </select>
    </Labelled>
  );
}

/** Fields that belong together. While it is off, they are neither shown nor sent, and keep what was entered. */
export function Group(props: { legend: string; lead?: string; off?: boolean; children: ComponentChildren }) {
  const { legend, lead, off = false, children } = props;
  return (
    <fieldset class="group" hidden={off} disabled={off}>
      <legend>{legend}</legend>
      {lead !== undefined && <p class="hint">{lead}</p>}
      {children}
    </fieldset>
  );
}
