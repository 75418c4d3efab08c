import type { Locale } from '../i18n/translate.js';

interface Bank {
  /** Business identifier code, ISO 9362. */
  readonly code: string;
  readonly name: Readonly<Record<Locale, string>>;
}

const bank = (code: string, zhCn: string, en: string): Bank => ({ code, name: { 'zh-CN': zhCn, en } });

/** Banks to choose from; any other is named by its code. */
export const BANKS: readonly Bank[] = [
  bank('ICBKCNBJ', '中国工商银行', 'ICBC'),
  bank('ABOCCNBJ', '中国农业银行', 'Agricultural Bank of China'),
  bank('BKCHCNBJ', '中国银行', 'Bank of China'),
  bank('PCBCCNBJ', '中国建设银行', 'China Construction Bank'),
  bank('COMMCNSH', '交通银行', 'Bank of Communications'),
  bank('PSBCCNBJ', '中国邮政储蓄银行', 'Postal Savings Bank of China'),
  bank('CMBCCNBS', '招商银行', 'China Merchants Bank'),
  bank('CIBKCNBJ', '中信银行', 'China CITIC Bank'),
  bank('EVERCNBJ', '中国光大银行', 'China Everbright Bank'),
  bank('SPDBCNSH', '浦发银行', 'SPD Bank'),
  bank('FJIBCNBA', '兴业银行', 'Industrial Bank'),
  bank('MSBCCNBJ', '中国民生银行', 'China Minsheng Bank'),
  bank('SZDBCNBS', '平安银行', 'Ping An Bank'),
  bank('HXBKCNBJ', '华夏银行', 'Hua Xia Bank'),
  bank('GDBKCN22', '广发银行', 'China Guangfa Bank'),
  bank('HSBCHKHH', '汇丰银行(香港)', 'HSBC Hong Kong'),
  bank('BKCHHKHH', '中国银行(香港)', 'Bank of China (Hong Kong)'),
];
