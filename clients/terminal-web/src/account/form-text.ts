import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/forms.js';

export type FormTextKey = keyof (typeof texts)['en'];
export const formText = roomTexts(texts);
