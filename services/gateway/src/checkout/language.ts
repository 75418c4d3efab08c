import type { FastifyRequest } from 'fastify';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** `?lang=` wins, then the browser's first language that we speak, then English. */
export function languageOf(request: FastifyRequest): Language {
  const { lang } = (request.query ?? {}) as { lang?: unknown };
  const chosen = LANGUAGES.find((language) => language === lang);
  if (chosen) return chosen;
  const ranked = (request.headers['accept-language'] ?? '')
    .slice(0, 200)
    .split(',')
    .map((entry) => {
      const [tag = '', quality = 'q=1'] = entry.trim().split(/\s*;\s*/);
      return { tag: tag.toLowerCase(), quality: Number(quality.replace('q=', '')) };
    })
    .filter(({ tag, quality }) => /^(zh|en)\b/.test(tag) && quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return ranked[0]?.tag.startsWith('zh') ? 'zh-CN' : 'en';
}
