import type { Locale } from './account.js';

export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export type Fact = readonly [label: string, value: string];

/** What a letter says, before it has a form. */
export interface LetterParts {
  readonly locale: Locale;
  readonly subject: string;
  readonly lead: string;
  readonly facts: readonly Fact[];
  readonly items?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] } | undefined;
  /** The rows of `items` as plain text. */
  readonly itemLines?: readonly string[];
  readonly foot: string;
}

/** The same words as plain text and as HTML; facts without a value are left out. */
export function composeLetter({ facts, ...parts }: LetterParts): Letter {
  const known = { ...parts, facts: facts.filter(([, value]) => value !== '') };
  return { subject: parts.subject, text: asText(known), html: asHtml(known) };
}

function asText({ lead, facts, itemLines = [], foot }: LetterParts): string {
  const blocks = [[lead], facts.map(([label, value]) => `${label}: ${value}`), itemLines, [foot]];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function asHtml({ locale, subject, lead, facts, items, foot }: LetterParts): string {
  const row = (tag: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<${tag} align="left">${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const style = 'border="1" cellpadding="6" style="border-collapse:collapse"';
  const rows = (items?.rows ?? []).map((cells) => row('td', cells)).join('');
  const table = items && rows !== '' ? `<table ${style}>${row('th', items.head)}${rows}</table>` : '';
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
    `<body style="font-family:sans-serif"><p>${escapeHtml(lead)}</p>`,
    `<table cellpadding="6">${facts.map((fact) => row('td', fact)).join('')}</table>`,
    table,
    `<p><small>${escapeHtml(foot)}</small></p></body></html>`,
  ].join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
