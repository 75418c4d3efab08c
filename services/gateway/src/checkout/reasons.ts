import type { Language } from './language.js';

/** Why an attempt failed, for the person at the checkout page: [English, Chinese]. The terminal says more. */
const REASONS: Readonly<Record<string, readonly [en: string, zhCn: string]>> = {
  'RISK.PIN_WRONG': ['The PIN is wrong.', '密码错误。'],
  'RISK.PIN_REQUIRED': ['The bank wants a PIN for this card.', '银行要求此卡输入密码。'],
  'RISK.CARD_BLOCKED': ['The card is blocked.', '此卡已被锁定。'],
  'RISK.INSUFFICIENT_FUNDS': ['There is not enough money on the card.', '余额不足。'],
  'RISK.CARD_EXPIRED': ['The card has expired.', '此卡已过期。'],
  'RISK.CARD_UNKNOWN': ['The bank does not know this card.', '银行没有此卡的信息。'],
  'RISK.CARD_DATA_INVALID': ['The bank could not read the card.', '银行无法读取此卡。'],
  'RISK.AMOUNT_LIMIT': ['The amount is above the limit of the card.', '金额超过此卡的限额。'],
  'RISK.VELOCITY': ['Too many payments in a short time.', '短时间内付款次数过多。'],
  'RISK.DECLINED_BY_ISSUER': ['The bank has declined the payment.', '银行拒绝了这笔付款。'],
  'RISK.ISSUER_UNAVAILABLE': ['The bank cannot be reached at the moment.', '暂时无法连接银行。'],
  'CARD.TRACK2_INVALID': ['The card could not be read.', '无法读取此卡。'],
  'CARD.PAN_INVALID': ['The card number is not valid.', '卡号无效。'],
  'TRANSACTIONS.AMOUNT_CHANGED': ['The amount did not match the order.', '金额与订单不符。'],
  'TRANSACTIONS.DIGEST_MISMATCH': ['The order did not match what was confirmed.', '订单与确认的内容不符。'],
  'TRANSACTIONS.KSN_REPLAYED': ['The platform had seen this message before.', '平台已收到过这条消息。'],
};

const OTHER = ['The terminal shows the reason.', '请在终端上查看原因。'] as const;

export const reasonOf = (code: string, language: Language): string => {
  const [en, zhCn] = (Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? OTHER;
  return language === 'zh-CN' ? zhCn : en;
};
