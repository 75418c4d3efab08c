import type { Locale } from './account.js';
import { composeLetter, type Letter } from './letter.js';
import type { PostalAddress } from './postal-address.js';
import type { Reader, ReaderFact, ReaderModel } from './reader.js';

/** What the letter about a reader is written from, as the delivery keeps it. */
export interface ReaderEvent {
  readonly type: `reader.${ReaderFact}`;
  /** ISO 8601 */
  readonly timestamp: string;
  readonly data: {
    readonly reader: Pick<Reader, 'model' | 'serialNumber' | 'carrier' | 'trackingNumber' | 'postalAddress'>;
  };
}

interface ReaderWords {
  readonly shippedSubject: string;
  readonly shippedLead: string;
  readonly lostSubject: string;
  readonly lostLead: string;
  readonly reader: string;
  readonly serialNumber: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly address: string;
  readonly shippedFoot: string;
  readonly lostFoot: string;
  readonly model: Readonly<Record<ReaderModel, string>>;
}

const WORDS: Readonly<Record<Locale, ReaderWords>> = {
  en: {
    shippedSubject: 'Your card reader is on its way',
    shippedLead: 'The card reader that you applied for has been sent to you.',
    lostSubject: 'Your card reader is reported lost',
    lostLead: 'Your card reader has been reported lost. From now on no payment is taken from it.',
    reader: 'Card reader',
    serialNumber: 'Serial number',
    carrier: 'Carrier',
    trackingNumber: 'Tracking number',
    address: 'Sent to',
    shippedFoot: 'It is bound to your account when you use it for the first time.',
    lostFoot: 'If it was not you who reported this, change your password. You can apply for a replacement any time.',
    model: {
      'audio-jack': 'for the audio jack of a phone',
      'usb-swipe': 'for USB, swiped',
      chip: 'for USB, with chip',
    },
  },
  'zh-CN': {
    shippedSubject: '您的刷卡器已寄出',
    shippedLead: '您申请的刷卡器已寄出。',
    lostSubject: '您的刷卡器已挂失',
    lostLead: '您的刷卡器已挂失,即日起不再受理来自该刷卡器的付款。',
    reader: '刷卡器',
    serialNumber: '序列号',
    carrier: '承运方',
    trackingNumber: '运单号',
    address: '寄送地址',
    shippedFoot: '首次使用时,刷卡器将与您的账户绑定。',
    lostFoot: '如非您本人挂失,请修改登录密码。您可以随时申请补发。',
    model: { 'audio-jack': '手机音频口刷卡器', 'usb-swipe': 'USB 磁条刷卡器', chip: 'USB 芯片卡读卡器' },
  },
};

/** To the holder, when a reader is shipped or reported lost [0064]. */
export function writeReaderLetter({ type, data: { reader } }: ReaderEvent, locale: Locale): Letter {
  const words = WORDS[locale];
  const isShipped = type === 'reader.shipped';
  return composeLetter({
    locale,
    subject: isShipped ? words.shippedSubject : words.lostSubject,
    lead: isShipped ? words.shippedLead : words.lostLead,
    facts: [
      [words.reader, words.model[reader.model]],
      [words.serialNumber, reader.serialNumber ?? ''],
      ...(isShipped
        ? ([
            [words.carrier, reader.carrier ?? ''],
            [words.trackingNumber, reader.trackingNumber ?? ''],
            [words.address, addressText(reader.postalAddress)],
          ] as const)
        : []),
    ],
    foot: isShipped ? words.shippedFoot : words.lostFoot,
  });
}

const addressText = ({ recipient, addressLines, city, postalCode, country }: PostalAddress): string =>
  [recipient, ...addressLines, `${postalCode} ${city}`, country].join(', ');
