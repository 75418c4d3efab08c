import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

interface LabelledProps {
  readonly id: string;
  readonly label: string;
  readonly class?: string;
}

/** A text that a signal holds. */
export function TextInput(
  props: LabelledProps & {
    text: Signal<string>;
    decimal?: boolean;
    lengthMax?: number;
    invalid?: boolean;
    describedBy?: string;
    onChange?: () => void;
  },
) {
  const { id, label, text, decimal = false, lengthMax, invalid = false, describedBy, onChange } = props;
  return (
    <div class={`field ${props.class ?? ''}`}>
      <label for={id}>{label}</label>
      <input
        id={id}
        class={decimal ? 'money' : ''}
        inputMode={decimal ? 'decimal' : undefined}
        autocomplete="off"
        maxLength={lengthMax}
        value={text.value}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          onChange?.();
        }}
      />
    </div>
  );
}

/** A choice that a signal holds; the options are its children. */
export function Select<T extends string>(
  props: LabelledProps & { choice: Signal<T>; onChange?: () => void; children: ComponentChildren },
) {
  const { id, label, choice, onChange, children } = props;
  return (
    <div class={`field ${props.class ?? ''}`}>
      <label for={id}>{label}</label>
      <select
        id={id}
        data-testid={id}
        value={choice.value}
        onChange={(event) => {
          choice.value = event.currentTarget.value as T;
          onChange?.();
        }}
      >
        {children}
      </select>
    </div>
  );
}

/** Two or more ways, one pressed; also by keyboard. */
export function PressedGroup<T extends string>(props: {
  label: string;
  choice: Signal<T>;
  options: Readonly<Record<T, string>>;
}) {
  return (
    <div class="tabs" role="group" aria-label={props.label}>
      {(Object.entries(props.options) as [T, string][]).map(([option, text]) => (
        <button
          key={option}
          type="button"
          aria-pressed={props.choice.value === option}
          data-testid={option}
          onClick={() => {
            props.choice.value = option;
          }}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
