import type { Locale } from './account.js';

/** Words of bills (to the payer) and receipts of money (to the payee of a collect order). */
export interface BillWords {
  readonly billSubject: (payee: string, amount: string) => string;
  readonly receiptSubject: (amount: string) => string;
  readonly billLead: (payee: string) => string;
  readonly receiptLead: string;
  readonly payee: string;
  readonly amount: string;
  readonly card: string;
  readonly authorizationCode: string;
  readonly orderId: string;
  readonly merchantReference: string;
  readonly paidAt: string;
  readonly item: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly foot: string;
  readonly brand: Readonly<Record<string, string>>;
}

const LATIN_BRANDS = { visa: 'Visa', mastercard: 'Mastercard' };

export const BILL_WORDS: Readonly<Record<Locale, BillWords>> = {
  en: {
    billSubject: (payee, amount) => `Your bill: ${amount} to ${payee}`,
    receiptSubject: (amount) => `Money received: ${amount}`,
    billLead: (payee) => `You paid ${payee} with your card.`,
    receiptLead: 'A card payment to you has been completed. It is paid out to your designated bank account.',
    payee: 'Paid to',
    amount: 'Amount',
    card: 'Card',
    authorizationCode: 'Authorization code',
    orderId: 'Order',
    merchantReference: 'Reference',
    paidAt: 'Paid at',
    item: 'Item',
    quantity: 'Quantity',
    unitPrice: 'Unit price',
    foot: 'Keep this message as your record of the payment. Nobody will ever ask you by e-mail for your PIN.',
    brand: { ...LATIN_BRANDS, unionpay: 'UnionPay', unknown: 'Card' },
  },
  'zh-CN': {
    billSubject: (payee, amount) => `账单:向 ${payee} 支付 ${amount}`,
    receiptSubject: (amount) => `收款通知:${amount}`,
    billLead: (payee) => `您已通过刷卡向 ${payee} 付款。`,
    receiptLead: '您有一笔刷卡收款已完成,款项将转入您指定的银行账户。',
    payee: '收款方',
    amount: '金额',
    card: '银行卡',
    authorizationCode: '授权码',
    orderId: '订单号',
    merchantReference: '商户单号',
    paidAt: '支付时间',
    item: '商品',
    quantity: '数量',
    unitPrice: '单价',
    foot: '请保留此邮件作为付款凭证。任何人都不会通过邮件向您索要密码。',
    brand: { ...LATIN_BRANDS, unionpay: '银联', unknown: '银行卡' },
  },
};
