import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { reasonFor, t } from '../i18n/translate.js';
import { BASE, go } from '../route.js';

/** A link inside the terminal; opens in a new tab like any other when the person wants that. */
export function Link(props: {
  to: string;
  class?: string;
  testId?: string;
  current?: boolean;
  children: ComponentChildren;
}) {
  const onClick = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(props.to);
  };
  return (
    <a
      href={BASE + props.to}
      class={props.class}
      data-testid={props.testId}
      aria-current={props.current ? 'page' : undefined}
      onClick={onClick}
    >
      {props.children}
    </a>
  );
}

/** What happened and what to do; announced at once. */
export function ReasonBox({ code, children }: { code: string; children?: ComponentChildren }) {
  const { what, todo } = reasonFor(code);
  return (
    <div class="notice bad" role="alert" data-testid="reason" data-code={code}>
      <strong>{what}</strong> <span>{todo}</span>
      {children}
    </div>
  );
}

export function Field(props: {
  label: string;
  name: string;
  type?: 'text' | 'email' | 'password' | 'tel';
  autocomplete?: string;
  hint?: string;
  required?: boolean;
  minLength?: number;
  inputMode?: 'decimal' | 'email' | 'tel' | 'numeric' | 'text';
}) {
  const { label, name, type = 'text', hint, required = true, ...rest } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        // Preact's types tie every attribute to one literal type.
        type={type as 'text'}
        required={required}
        aria-describedby={hint === undefined ? undefined : `${name}-hint`}
        {...rest}
      />
      {hint !== undefined && (
        <small id={`${name}-hint`} class="hint">
          {hint}
        </small>
      )}
    </div>
  );
}

/** Page title; names the document too, so that a screen reader and the tab say where one is. */
export function Title({ children }: { children: string }) {
  useEffect(() => {
    document.title = `${children} · Openswipe`;
  }, [children]);
  return <h1>{children}</h1>;
}

export function Spinner({ text }: { text: string }) {
  return (
    <p class="busy" role="status">
      <span class="spinner" aria-hidden="true" /> {text}
    </p>
  );
}

/** A heading that takes the focus when its step begins: nobody searches for what to do next. */
export function StepHeading({ children, testId }: { children: ComponentChildren; testId?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h2 ref={heading} tabIndex={-1} class="step-heading" data-testid={testId}>
      {children}
    </h2>
  );
}

export const BackToOrders = () => (
  <Link to="" class="back" testId="back">
    ← {t('pay.back')}
  </Link>
);
