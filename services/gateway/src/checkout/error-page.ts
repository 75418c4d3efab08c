import type { FastifyRequest } from 'fastify';
import type { Problem } from '../http/problem.js';
import { html } from './html.js';
import { languageOf } from './language.js';
import { type Page, page } from './page.js';
import { textsOf } from './texts.js';

/** Of the order's own page: what failed may have been a form. */
const addressOf = (url: string): string => /^\/checkout\/ord_[0-9a-f]{32}/.exec(url)?.[0] ?? '/';

/** A page instead of a problem document, for a person who looks at a checkout address. */
export function errorPage(request: FastifyRequest, problem: Problem): Page | undefined {
  const isPage = request.url.startsWith('/checkout/') && /\btext\/html\b/.test(request.headers.accept ?? '');
  if (!isPage) return undefined;
  const language = languageOf(request);
  const texts = textsOf(language);
  const isMissing = problem.status === 404 || problem.param === 'id' || problem.param === 'orderId';
  const title = isMissing ? texts.notFoundTitle : texts.troubleTitle;
  const main = html`<main class="notice">
    <h1>${title}</h1>
    <p>${isMissing ? texts.notFoundText : texts.troubleText}</p>
    ${!isMissing && html`<p><a class="button" href="${addressOf(request.url)}">${texts.tryAgain}</a></p>`}
    <p class="small">${problem.code} · ${problem.requestId}</p>
  </main>`;
  return page({ title, language, main });
}
