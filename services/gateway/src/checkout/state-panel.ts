import { renderSVG } from 'uqr';
import type { OrderView } from '../http/order.view.js';
import { html, Html } from './html.js';
import type { Language } from './language.js';
import { reasonOf } from './reasons.js';
import type { Texts } from './texts.js';

export interface PanelParts {
  readonly order: OrderView;
  readonly returnUrl: string | undefined;
  readonly language: Language;
  readonly texts: Texts;
  /** Address of this order on the web terminal. */
  readonly terminalUrl: string;
  readonly registerUrl: string;
  readonly problem: { readonly text: string; readonly email: string } | undefined;
}

/** What happens now, and what to do next; the only part of the page that changes. */
export function statePanel(parts: PanelParts): Html {
  const { order, returnUrl } = parts;
  return html`<section
    id="state"
    class="state"
    aria-live="polite"
    data-status="${order.status}"
    data-version="${order.version}"
    data-return-url="${returnUrl ?? ''}"
  >
    ${steps(parts)} ${panelOf(parts)}
  </section>`;
}

const STEP_OF: Readonly<Record<OrderView['status'], number>> = {
  created: 0,
  pending: 1,
  claimed: 1,
  paying: 1,
  paid: 2,
  partially_refunded: 2,
  refunded: 2,
  canceled: -1,
  expired: -1,
};

function steps({ order, texts }: PanelParts): Html | false {
  const current = STEP_OF[order.status];
  if (current < 0) return false;
  const items = texts.steps.map((name, index) => {
    const state = index < current || current === 2 ? 'done' : index === current ? 'now' : 'next';
    return html`<li class="${state}" ${index === current && html`aria-current="step"`}>${name}</li>`;
  });
  return html`<ol class="steps" aria-label="${texts.progress}">
    ${items}
  </ol>`;
}

function panelOf(parts: PanelParts): Html {
  const { order, texts } = parts;
  switch (order.status) {
    case 'created':
      return accountForm(parts);
    case 'pending':
      return atTerminal(parts, texts.pendingTitle, texts.pendingText, texts.waiting);
    case 'claimed':
      return atTerminal(parts, texts.claimedTitle, texts.claimedText, texts.claimedWaiting);
    case 'paying':
      return html`${heading(texts.payingTitle)}
        <p>${texts.payingText}</p>
        ${waiting(texts.payingWaiting)}`;
    case 'canceled':
      return ended(parts, 'stop', texts.canceledTitle, texts.canceledText);
    case 'expired':
      return ended(parts, 'stop', texts.expiredTitle, texts.expiredText);
    case 'refunded':
      return ended(parts, 'good', texts.refundedTitle, texts.refundedText);
    case 'partially_refunded':
      return ended(parts, 'good', texts.paidTitle, texts.partiallyRefundedText);
    case 'paid':
      return ended(parts, 'good', texts.paidTitle, texts.paidText);
  }
}

function accountForm({ order, language, texts, registerUrl, problem }: PanelParts): Html {
  return html`${heading(texts.createdTitle)}
    <p>${texts.createdText}</p>
    <form method="post" action="/checkout/${order.id}/account?lang=${language}">
      <label for="email">${texts.email}</label>
      <input
        id="email"
        name="email"
        type="email"
        value="${problem?.email}"
        autocomplete="email"
        maxlength="254"
        required
        ${problem && html`aria-invalid="true" aria-describedby="email-problem" autofocus`}
      />
      ${problem && html`<p id="email-problem" class="problem" role="alert">${problem.text}</p>`}
      <button type="submit">${texts.continue}</button>
    </form>
    <p class="small">
      ${texts.noAccount} <a href="${registerUrl}" target="_blank" rel="noopener">${texts.register}</a>
    </p>
    ${cancelForm({ order, language, texts })}`;
}

function atTerminal(parts: PanelParts, title: string, text: string, waitingFor: string): Html {
  const { order, language, texts, terminalUrl } = parts;
  return html`${order.lastFailure && failure(order.lastFailure, parts)} ${heading(title)}
    <p>${text}</p>
    ${waiting(waitingFor)}
    <a class="button" href="${terminalUrl}" target="_blank" rel="noopener">${texts.openTerminal}</a>
    ${
      order.status === 'pending' &&
      html`<figure class="qr">
        <div role="img" aria-label="${texts.qrLabel}">${new Html(renderSVG(terminalUrl, { border: 2 }))}</div>
        <figcaption>${texts.scan}</figcaption>
      </figure>`
    }
    ${cancelForm({ order, language, texts })}`;
}

function failure({ reasonCode, facts }: NonNullable<OrderView['lastFailure']>, { language, texts }: PanelParts): Html {
  const { triesLeft } = facts;
  const sentences = [reasonOf(reasonCode, language), triesLeft && texts.triesLeft(triesLeft), texts.failedText];
  return html`<div class="failure" role="alert">
    <h2>${texts.failedTitle}</h2>
    <p>${sentences.filter(Boolean).join(language === 'zh-CN' ? '' : ' ')}</p>
  </div>`;
}

function ended({ order, returnUrl, texts }: PanelParts, mark: 'good' | 'stop', title: string, text: string): Html {
  return html`<div class="mark ${mark}" aria-hidden="true"></div>
    ${heading(title)}
    <p>${text}</p>
    ${
      returnUrl &&
      html`${order.status === 'paid' && html`<p class="small">${texts.returning}</p>`}
        <a class="button" id="back" href="${returnUrl}">${texts.back}</a>`
    }`;
}

const heading = (title: string): Html => html`<h2 class="title" tabindex="-1">${title}</h2>`;

const waiting = (text: string): Html =>
  html`<p class="waiting"><span class="pulse" aria-hidden="true"></span>${text}</p>`;

const cancelForm = ({ order, language, texts }: Pick<PanelParts, 'order' | 'language' | 'texts'>): Html =>
  html`<form method="post" action="/checkout/${order.id}/cancel?lang=${language}">
    <button type="submit" class="quiet">${texts.cancel}</button>
  </form>`;
