import { fill, locale, type Locale, type Params } from './translate.js';

export type RoomTexts<K extends string> = Readonly<Record<Locale, Readonly<Record<K, string>>>>;

/** Texts that only a page loaded later needs: they come with it, not at the first load. */
export const roomTexts =
  <K extends string>(texts: RoomTexts<K>) =>
  (key: K, params: Params = {}): string =>
    fill(texts[locale.value][key], params);
