import { roomTexts } from '../i18n/room-texts.js';
import { texts } from '../i18n/rooms/readers.js';

export const readersText = roomTexts(texts);
