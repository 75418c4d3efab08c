// The page is made by the server and works without this file; this keeps it live.
const main = document.getElementById('checkout');
const RETURN_AFTER_MS = 2000;
const RETRY_AFTER_MS = 5000;
const FINAL = ['paid', 'canceled', 'expired', 'refunded', 'partially_refunded'];

const state = () => document.getElementById('state');
const isFinal = () => FINAL.includes(state().dataset.status);

/** In the shopper's own time zone and manner; of today the hour is enough. */
function showLocalTimes() {
  const { lang } = document.documentElement;
  const locale = navigator.languages.find((each) => each.startsWith(lang.slice(0, 2))) ?? lang;
  for (const time of document.querySelectorAll('time[datetime]')) {
    const at = new Date(time.dateTime);
    const isToday = at.toDateString() === new Date().toDateString();
    time.textContent = at.toLocaleString(locale, { ...(!isToday && { dateStyle: 'medium' }), timeStyle: 'short' });
  }
}

/** Once per order: the back button must not throw the shopper out again. */
function returnWhenPaid() {
  const { status, returnUrl } = state().dataset;
  const key = `returned:${location.pathname}`;
  if (status !== 'paid' || !returnUrl || sessionStorage.getItem(key)) return;
  sessionStorage.setItem(key, 'yes');
  setTimeout(() => location.replace(returnUrl), RETURN_AFTER_MS);
}

/** Takes the state panel of a freshly made page: the server alone knows how each state looks. */
async function refresh() {
  const response = await fetch(main.dataset.page, { headers: { accept: 'text/html' }, cache: 'no-store' });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('state');
  if (!fresh || Number(fresh.dataset.version) < Number(state().dataset.version)) return;
  const statusBefore = state().dataset.status;
  const hadFocus = state().contains(document.activeElement);
  Object.assign(state().dataset, fresh.dataset);
  state().replaceChildren(...fresh.childNodes);
  if (hadFocus && statusBefore !== fresh.dataset.status) state().querySelector('.title')?.focus();
  returnWhenPaid();
}

function follow() {
  if (isFinal()) return;
  const events = new EventSource(main.dataset.events);
  events.addEventListener('order', async ({ data }) => {
    if (JSON.parse(data).version <= Number(state().dataset.version)) return;
    await refresh().catch(() => undefined);
    if (isFinal()) events.close();
  });
  events.addEventListener('error', () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, RETRY_AFTER_MS);
  });
}

document.addEventListener('submit', ({ target }) => {
  for (const button of target.querySelectorAll('button')) setTimeout(() => (button.disabled = true));
});

// Back from another page, the browser may show this one as it was.
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  for (const button of document.querySelectorAll('button')) button.disabled = false;
  refresh().catch(() => undefined);
});

showLocalTimes();
returnWhenPaid();
follow();
