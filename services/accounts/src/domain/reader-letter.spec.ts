import { describe, expect, it } from '@jest/globals';
import { type ReaderEvent, writeReaderLetter } from './reader-letter.js';

const anEvent = (type: ReaderEvent['type']): ReaderEvent => ({
  type,
  timestamp: '2026-03-01T08:00:00.000Z',
  data: {
    reader: {
      model: 'chip',
      serialNumber: 'SN1',
      carrier: 'SF & Co',
      trackingNumber: 'T1',
      postalAddress: { recipient: '李伟', addressLines: ['<1>'], city: '上海', postalCode: '200000', country: 'CN' },
    },
  },
});

describe('the letter about a reader', () => {
  it('says where the shipped one is on its way', () => {
    const { subject, text, html } = writeReaderLetter(anEvent('reader.shipped'), 'en');
    expect(subject).toBe('Your card reader is on its way');
    expect(text).toContain('Carrier: SF & Co\nTracking number: T1\nSent to: 李伟, <1>, 200000 上海, CN');
    expect(html).toContain('SF &amp; Co');
    expect(html).not.toContain('<1>');
  });

  it('says what to do about the lost one, and not where somebody lives', () => {
    const { subject, text } = writeReaderLetter(anEvent('reader.lost'), 'zh-CN');
    expect(subject).toBe('您的刷卡器已挂失');
    expect(text).toContain('序列号: SN1');
    expect(text).not.toContain('上海');
  });
});
