import { t } from '../i18n/translate.js';
import type { ShownCard } from './submission.js';

/** The card as far as it may be shown; a reader that encrypts may show nothing of it. */
export const cardText = ({ masked }: Pick<ShownCard, 'masked'>): string =>
  masked === '' ? t('pay.cardHidden') : t('pay.card', { masked });
