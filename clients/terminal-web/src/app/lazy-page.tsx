import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { Spinner } from './parts.js';

/** A page of which nothing is loaded before it is opened. `load` imports it, and is called once per opening at most. */
export function lazyPage<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function LazyPage(props: P) {
    const page = useSignal(loaded);
    const failed = useSignal(false);
    useEffect(() => {
      if (loaded) return;
      void load().then(
        (found) => {
          loaded = found;
          page.value = found;
        },
        () => {
          failed.value = true;
        },
      );
    }, []);
    const Page = page.value;
    if (Page) return <Page {...props} />;
    if (!failed.value) return <Spinner text={t('app.starting')} />;
    return (
      <section class="card step" role="alert">
        <p>{t('app.pageFailed')}</p>
        <button type="button" onClick={() => location.reload()}>
          {t('pay.reload')}
        </button>
      </section>
    );
  };
}
