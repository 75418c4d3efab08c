import { Money } from '@openswipe/kernel';
import { signal } from '@preact/signals';
import { en, type Dictionary, type TextKey } from './en.js';
import { reasonsEn, type Reason, type ReasonCode } from './reasons-en.js';
import { reasonsZhCn } from './reasons-zh-cn.js';
import { zhCn } from './zh-cn.js';

export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { 'zh-CN': '简体中文', en: 'English' };
export const DICTIONARIES: Readonly<Record<Locale, Dictionary>> = { en, 'zh-CN': zhCn };
export const REASONS: Readonly<Record<Locale, Readonly<Record<ReasonCode, Reason>>>> = {
  en: reasonsEn,
  'zh-CN': reasonsZhCn,
};

export type Params = Readonly<Record<string, string | number>>;

/** Whoever renders with it renders again when it changes. */
export const locale = signal<Locale>('en');

export function preferredLocale(kept: string | null, wanted: readonly string[]): Locale {
  if (LOCALES.includes(kept as Locale)) return kept as Locale;
  return wanted[0]?.toLowerCase().startsWith('zh') === true ? 'zh-CN' : 'en';
}

export const fill = (text: string, params: Params): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));

export const t = (key: TextKey, params: Params = {}): string => fill(DICTIONARIES[locale.value][key], params);

/** The sentence for a code; a code that is not known yet is shown, so that support can look it up. */
export function reasonFor(code: string): Reason {
  const reasons = REASONS[locale.value];
  const reason = Object.hasOwn(reasons, code) ? reasons[code as ReasonCode] : reasons.OTHER;
  return { what: reason.what, todo: fill(reason.todo, { code }) };
}

/** For people: `CN¥128.50`, `¥128.50`. The decimal text is formatted, never a float. */
export function amountText({ amountMinor, currency }: { amountMinor: string; currency: string }): string {
  const decimal = Money.of(BigInt(amountMinor), currency).toDecimal() as `${number}`;
  return new Intl.NumberFormat(locale.value, { style: 'currency', currency }).format(decimal);
}

export const timeText = (iso: string): string =>
  new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));

export const clockText = (iso: string): string =>
  new Intl.DateTimeFormat(locale.value, { timeStyle: 'short' }).format(new Date(iso));
