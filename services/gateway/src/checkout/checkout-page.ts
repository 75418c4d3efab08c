import type { OrderView } from '../http/order.view.js';
import type { CheckoutState } from './checkout-state.js';
import { html } from './html.js';
import { type Language, LANGUAGES } from './language.js';
import { orderDetails, orderHead } from './order-summary.js';
import { type Page, page } from './page.js';
import { type PanelParts, statePanel } from './state-panel.js';
import { textsOf } from './texts.js';

/** Seconds between two looks of a page without JavaScript. */
const LOOK_AGAIN_S = 5;
const RETURN_AFTER_S = 2;

interface CheckoutParts {
  readonly order: OrderView;
  readonly state: CheckoutState;
  readonly language: Language;
  readonly publicUrl: string;
  readonly problem?: PanelParts['problem'];
}

export function checkoutPage({ order, state, language, publicUrl, problem }: CheckoutParts): Page {
  const texts = textsOf(language);
  const address = `/checkout/${order.id}`;
  const other = LANGUAGES.find((each) => each !== language) ?? 'en';
  const panel = statePanel({
    order,
    returnUrl: state.returnUrl,
    language,
    texts,
    terminalUrl: `${publicUrl}/terminal/pay/${order.id}`,
    registerUrl: `${publicUrl}/terminal/register`,
    problem,
  });
  const main = html`<main id="checkout" data-page="${address}?lang=${language}" data-events="${address}/events">
      ${orderHead(order, language, texts)} ${panel} ${orderDetails(order, language, texts)}
    </main>
    <footer>
      <span>Openswipe</span><a href="${address}?lang=${other}" lang="${other}">${texts.otherLanguage}</a>
    </footer>`;
  const refresh = refreshOf(order.status, state.returnUrl, `${address}?lang=${language}`);
  return page({ title: texts.pay(order.payeeName), language, main, refresh, isLive: true });
}

/** A page that somebody types into must not reload under their fingers. */
function refreshOf(status: OrderView['status'], returnUrl: string | undefined, address: string) {
  if (status === 'paid' && returnUrl !== undefined) return { seconds: RETURN_AFTER_S, url: returnUrl };
  const isWaiting = status === 'pending' || status === 'claimed' || status === 'paying';
  return isWaiting ? { seconds: LOOK_AGAIN_S, url: address } : undefined;
}
