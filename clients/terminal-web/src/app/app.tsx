import type { ComponentType } from 'preact';
import { EnrolmentPage } from '../account/enrolment-page.js';
import { LogInPage } from '../account/log-in-page.js';
import { amountText, LOCALE_NAMES, LOCALES, locale, t, type Locale } from '../i18n/translate.js';
import { OrdersPage } from '../orders/orders-page.js';
import { route } from '../route.js';
import type { Terminal } from '../terminal.js';
import { clockIsWrong } from './clock-watch.js';
import { TerminalContext, useTerminal } from './context.js';
import { lazyPage } from './lazy-page.js';
import { Link, Spinner, Title } from './parts.js';

const RegisterPage = lazyPage(async () => (await import('../account/register-page.js')).RegisterPage);
const CollectPage = lazyPage(async () => (await import('../collect/collect-page.js')).CollectPage);
const PaymentPage = lazyPage(async () => (await import('../payment/payment-page.js')).PaymentPage);
const RecordsPage = lazyPage(async () => (await import('../records/records-page.js')).RecordsPage);
const RecordPage = lazyPage(async () => (await import('../records/record-page.js')).RecordPage);

/** Pages of whoever is logged in, by the first part of their path. */
const PAGES: Readonly<Record<string, ComponentType>> = {
  collect: CollectPage,
  account: lazyPage(async () => (await import('../account/account-page.js')).AccountPage),
  mobile: lazyPage(async () => (await import('../account/mobile-page.js')).MobilePage),
  readers: lazyPage(async () => (await import('../account/readers-page.js')).ReadersPage),
  doctor: lazyPage(async () => (await import('../doctor/doctor-page.js')).DoctorPage),
  biometrics: lazyPage(async () => (await import('../account/biometrics-page.js')).BiometricsPage),
};

export function App({ terminal }: { terminal: Terminal }) {
  return (
    <TerminalContext.Provider value={terminal}>
      <a class="skip" href="#main">
        {t('app.skip')}
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        {clockIsWrong.value && (
          <p class="notice warn" role="alert" data-testid="clock-wrong">
            {t('app.clockWrong')}
          </p>
        )}
        <Page />
      </main>
      <Announcer />
    </TerminalContext.Provider>
  );
}

function Header() {
  const { at } = useTerminal().session.phase.value;
  return (
    <header>
      <div class="bar">
        <span class="brand">
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <rect x="2" y="5" width="20" height="14" rx="3" />
            <path d="M2 9.5h20M6 15h5" />
          </svg>
          Openswipe
        </span>
        {(at === 'ready' || at === 'offline') && <Navigation offline={at === 'offline'} />}
        <LanguageChoice />
      </div>
    </header>
  );
}

function Navigation({ offline }: { offline: boolean }) {
  const { page } = route.value;
  const pages = [
    ['', 'nav.orders', ['orders', 'pay']],
    ['collect', 'nav.collect', ['collect']],
    ['records', 'nav.records', ['records']],
    ['account', 'nav.account', ['account', 'mobile', 'readers', 'biometrics', 'doctor']],
  ] as const;
  return (
    <nav aria-label={t('nav.label')} class={page === 'pay' ? 'paying' : ''}>
      {pages
        .filter(([to]) => !offline || to === 'records')
        .map(([to, label, own]) => (
          <Link key={to} to={to} testId={`nav-${to || 'orders'}`} current={(own as readonly string[]).includes(page)}>
            {t(label)}
          </Link>
        ))}
    </nav>
  );
}

function LanguageChoice() {
  return (
    <div class="language" role="group" aria-label={t('app.language')}>
      {LOCALES.map((each: Locale) => (
        <button
          key={each}
          type="button"
          lang={each}
          class="plain"
          aria-pressed={locale.value === each}
          data-testid={`language-${each}`}
          onClick={() => {
            locale.value = each;
          }}
        >
          {LOCALE_NAMES[each]}
        </button>
      ))}
    </div>
  );
}

function Page() {
  const phase = useTerminal().session.phase.value;
  const { page, id } = route.value;
  if (phase.at === 'starting') return <Spinner text={t('app.starting')} />;
  if (phase.at === 'logged-out') return page === 'register' ? <RegisterPage /> : <LogInPage notice={phase.notice} />;
  if (phase.at === 'enrolling') return <EnrolmentPage accountName={phase.accountName} failure={phase.failure} />;
  const offline = phase.at === 'offline';
  if (page === 'records' || offline) {
    return (
      <>
        {offline && (
          <p class="notice warn" role="status" data-testid="offline">
            {t('app.offline')}
          </p>
        )}
        {id ? <RecordPage key={id} id={id} accountId={phase.accountId} /> : <RecordsPage accountId={phase.accountId} />}
      </>
    );
  }
  // A page of its own for each order: nothing of one payment can be left over in the next.
  if (page === 'pay' && id) return <PaymentPage key={id} orderId={id} />;
  const Own = Object.hasOwn(PAGES, page) ? PAGES[page] : undefined;
  if (Own) return <Own key={page} />;
  if (['orders', 'log-in', 'register', 'index.html'].includes(page)) return <OrdersPage />;
  return (
    <>
      <Title>{t('app.notFound')}</Title>
      <Link to="" class="button">
        {t('app.toOrders')}
      </Link>
    </>
  );
}

/** Says aloud what arrives, whatever page is open. */
function Announcer() {
  const order = useTerminal().inbox.arrived.value;
  return (
    <p class="visually-hidden" role="status">
      {order && t('orders.arrived', { payee: order.payeeName, amount: amountText(order) })}
    </p>
  );
}
