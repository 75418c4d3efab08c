import { randomBytes } from 'node:crypto';
import { pagePolicy } from '../http/security-headers.js';
import { ASSETS } from './checkout-assets.js';
import { type Html, html } from './html.js';
import type { Language } from './language.js';

export interface Page {
  readonly body: string;
  readonly policy: string;
}

interface PageParts {
  readonly title: string;
  readonly language: Language;
  readonly main: Html;
  /** Seconds and address of the reload without JavaScript. */
  readonly refresh?: { readonly seconds: number; readonly url: string } | undefined;
  readonly isLive?: boolean;
}

/** A whole page. Its one script and style sheet carry a fresh nonce; nothing is inline. */
export function page({ title, language, main, refresh, isLive = false }: PageParts): Page {
  const nonce = randomBytes(16).toString('base64');
  const body = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${ASSETS.style}" nonce="${nonce}" />
        ${isLive && html`<script type="module" src="${ASSETS.script}" nonce="${nonce}"></script>`}
        ${refresh && html`<noscript><meta http-equiv="refresh" content="${refresh.seconds};url=${refresh.url}" /></noscript>`}
      </head>
      <body>
        ${main}
      </body>
    </html>`;
  return { body: body.text, policy: pagePolicy(nonce) };
}
