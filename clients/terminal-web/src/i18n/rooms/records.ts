const en = {
  underWay: 'Not known yet: {payee}, {amount}',
  underWayLead: 'The payment is stored here and is asked after as soon as there is a connection. Do not pay again.',
  exportCsv: 'Export as table (CSV)',
  'column.time': 'Time',
  'column.kind': 'Kind',
  'column.payee': 'Payee',
  'column.amount': 'Amount',
  'column.currency': 'Currency',
  'column.refund': 'Refund',
  'column.goods': 'Goods',
  'column.card': 'Card, last four digits',
  'column.authorization': 'Authorization code',
  'column.order': 'Order',
  'column.transaction': 'Transaction',
} as const;

const zhCn: Readonly<Record<keyof typeof en, string>> = {
  underWay: '结果未知：{payee}，{amount}',
  underWayLead: '此笔付款已存储在本机，联网后会立即查询结果。请勿重复付款。',
  exportCsv: '导出表格(CSV)',
  'column.time': '时间',
  'column.kind': '类型',
  'column.payee': '收款方',
  'column.amount': '金额',
  'column.currency': '币种',
  'column.refund': '退款',
  'column.goods': '商品',
  'column.card': '卡号后四位',
  'column.authorization': '授权码',
  'column.order': '订单',
  'column.transaction': '交易',
};

/** Of the page of the records. */
export const texts = { en, 'zh-CN': zhCn };
