import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app/app.js';
import { locale, preferredLocale, t } from './i18n/translate.js';
import { BASE, followHistory } from './route.js';
import { Terminal } from './terminal.js';

const LOCALE = 'openswipe.locale';

locale.value = preferredLocale(localStorage.getItem(LOCALE), navigator.languages);
effect(() => {
  document.documentElement.lang = locale.value;
  document.title = t('app.name');
  localStorage.setItem(LOCALE, locale.value);
});
followHistory();
const root = document.getElementById('app');
if (root) {
  try {
    render(<App terminal={await Terminal.open()} />, root);
  } catch {
    render(<p role="alert">{t('app.noStorage')}</p>, root);
  }
}
if ('serviceWorker' in navigator && location.protocol !== 'file:') {
  void navigator.serviceWorker.register(`${BASE}sw.js`, { scope: BASE }).catch(() => undefined);
}
