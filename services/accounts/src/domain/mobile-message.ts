import type { Locale } from './account.js';

const TEXTS: Readonly<Record<Locale, (code: string) => string>> = {
  en: (code) => `Openswipe: ${code} confirms this number. It holds for 10 minutes. Give it to nobody.`,
  'zh-CN': (code) => `【Openswipe】验证码 ${code},用于绑定手机号码,10 分钟内有效。请勿告知他人。`,
};

/** The text message that carries a code. */
export const writeMobileMessage = (code: string, locale: Locale): string => TEXTS[locale](code);
