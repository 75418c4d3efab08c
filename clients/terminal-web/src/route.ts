import { signal } from '@preact/signals';

/** Where the gateway serves the pages. */
export const BASE = '/terminal/';

/** First part of the path is the page, the second an id. */
export interface Route {
  readonly page: string;
  readonly id: string;
}

export function routeOf(pathname: string): Route {
  const [page = '', id = ''] = pathname.slice(BASE.length).split('/');
  return { page: page || 'orders', id: decodeURIComponent(id) };
}

export const route = signal<Route>({ page: 'orders', id: '' });

/** @param path below the base, e.g. `pay/ord_…` */
export function go(path: string, replace = false): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', BASE + path);
  route.value = routeOf(location.pathname);
  globalThis.scrollTo(0, 0);
  document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
}

export function followHistory(): void {
  const read = (): void => {
    route.value = routeOf(location.pathname);
  };
  read();
  addEventListener('popstate', read);
}
