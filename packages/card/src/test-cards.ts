/**
 * The deck of test cards: what the simulated reader can swipe and what the issuer simulator knows. None is a real card
 * (network test numbers or unassigned ranges); a platform that is not a simulator never loads this file.
 */
export interface TestCard {
  readonly name: string;
  readonly brand: 'unionpay' | 'visa' | 'mastercard';
  readonly pan: string;
  /** YYMM, as on the stripe. */
  readonly expiry: string;
  /** ISO/IEC 7813: 120, 220 = PIN required; 101, 201 = no PIN asked; 2 in front = there is a chip. */
  readonly serviceCode: string;
  /** Null: the issuer asks for none. */
  readonly pin: string | null;
  /** What the issuer simulator does with an otherwise good request. */
  readonly behaviour: 'approve' | 'answer-lost' | 'silent' | `decline:RISK.${string}`;
  /** What the chip (`TestChip`) has besides; every card here has a stripe too. */
  readonly chip?: {
    /** Cardholder verification methods, tag 8E, hexadecimal. */
    readonly cvmList: string;
    /** Two digits (5F34). */
    readonly panSequence: string;
  };
  readonly title: { readonly en: string; readonly 'zh-CN': string };
}

export const TEST_CARDS: readonly TestCard[] = [
  {
    name: 'unionpay-pin',
    brand: 'unionpay',
    pan: '6225880000000001',
    expiry: '3112',
    serviceCode: '120',
    pin: '123456',
    behaviour: 'approve',
    title: { en: 'UnionPay debit with PIN', 'zh-CN': '银联借记卡(有密码)' },
  },
  {
    name: 'unionpay-no-pin',
    brand: 'unionpay',
    pan: '6250940000000001',
    expiry: '3112',
    serviceCode: '101',
    pin: null,
    behaviour: 'approve',
    title: { en: 'UnionPay credit without PIN', 'zh-CN': '银联信用卡(无密码)' },
  },
  {
    name: 'visa-pin',
    brand: 'visa',
    pan: '4012000100000007',
    expiry: '3112',
    serviceCode: '120',
    pin: '1234',
    behaviour: 'approve',
    title: { en: 'Visa with PIN', 'zh-CN': 'Visa 卡(有密码)' },
  },
  {
    name: 'visa-no-pin',
    brand: 'visa',
    pan: '4111111111111111',
    expiry: '3112',
    serviceCode: '101',
    pin: null,
    behaviour: 'approve',
    title: { en: 'Visa without PIN', 'zh-CN': 'Visa 卡(无密码)' },
  },
  {
    name: 'mastercard-pin',
    brand: 'mastercard',
    pan: '5200000100000006',
    expiry: '3112',
    serviceCode: '120',
    pin: '1234',
    behaviour: 'approve',
    title: { en: 'Mastercard with PIN', 'zh-CN': '万事达卡(有密码)' },
  },
  {
    name: 'mastercard-no-pin',
    brand: 'mastercard',
    pan: '5555555555554444',
    expiry: '3112',
    serviceCode: '101',
    pin: null,
    behaviour: 'approve',
    title: { en: 'Mastercard without PIN', 'zh-CN': '万事达卡(无密码)' },
  },
  {
    name: 'unionpay-chip-pin',
    brand: 'unionpay',
    pan: '6210940000000000',
    expiry: '3112',
    serviceCode: '220',
    pin: '123456',
    behaviour: 'approve',
    chip: { cvmList: '00000000000000000200', panSequence: '01' },
    title: { en: 'UnionPay chip card with PIN', 'zh-CN': '银联芯片卡(有密码)' },
  },
  {
    name: 'visa-chip-no-pin',
    brand: 'visa',
    pan: '4761739001010010',
    expiry: '3112',
    serviceCode: '201',
    pin: null,
    behaviour: 'approve',
    chip: { cvmList: '00000000000000001f00', panSequence: '01' },
    title: { en: 'Visa chip card without PIN', 'zh-CN': 'Visa 芯片卡(无密码)' },
  },
  {
    name: 'unionpay-biometric',
    brand: 'unionpay',
    pan: '6258810000000008',
    expiry: '3112',
    serviceCode: '101',
    pin: null,
    behaviour: 'approve',
    title: { en: 'UnionPay, fingerprint or face asked', 'zh-CN': '银联卡(需指纹或面部验证)' },
  },
  {
    name: 'insufficient-funds',
    brand: 'visa',
    pan: '4000000000009995',
    expiry: '3112',
    serviceCode: '101',
    pin: null,
    behaviour: 'decline:RISK.INSUFFICIENT_FUNDS',
    title: { en: 'Declines: not enough money', 'zh-CN': '拒绝:余额不足' },
  },
  {
    name: 'expired',
    brand: 'visa',
    pan: '4000000000000069',
    expiry: '2001',
    serviceCode: '101',
    pin: null,
    behaviour: 'decline:RISK.CARD_EXPIRED',
    title: { en: 'Declines: card expired', 'zh-CN': '拒绝:卡已过期' },
  },
  {
    name: 'lost',
    brand: 'mastercard',
    pan: '5105105105105100',
    expiry: '3112',
    serviceCode: '101',
    pin: null,
    behaviour: 'decline:RISK.CARD_BLOCKED',
    title: { en: 'Declines: reported lost', 'zh-CN': '拒绝:已挂失' },
  },
  {
    name: 'do-not-honour',
    brand: 'unionpay',
    pan: '6200000000000005',
    expiry: '3112',
    serviceCode: '101',
    pin: null,
    behaviour: 'decline:RISK.DECLINED_BY_ISSUER',
    title: { en: 'Declines: by the issuer', 'zh-CN': '拒绝:发卡行拒绝' },
  },
  {
    name: 'blocked-pin',
    brand: 'unionpay',
    pan: '6217000000000006',
    expiry: '3112',
    serviceCode: '120',
    pin: '123456',
    behaviour: 'decline:RISK.CARD_BLOCKED',
    title: { en: 'Declines: PIN already blocked', 'zh-CN': '拒绝:密码已锁定' },
  },
  {
    name: 'over-limit',
    brand: 'mastercard',
    pan: '5405000000000000',
    expiry: '3112',
    serviceCode: '101',
    pin: null,
    behaviour: 'decline:RISK.AMOUNT_LIMIT',
    title: { en: 'Declines: above the card limit', 'zh-CN': '拒绝:超过限额' },
  },
  {
    name: 'answer-lost',
    brand: 'visa',
    pan: '4000000000000770',
    expiry: '3112',
    serviceCode: '101',
    pin: null,
    behaviour: 'answer-lost',
    title: { en: 'Issuer answers late: approved after a query', 'zh-CN': '发卡行应答丢失:查询后批准' },
  },
  {
    name: 'issuer-silent',
    brand: 'visa',
    pan: '4000000000000887',
    expiry: '3112',
    serviceCode: '101',
    pin: null,
    behaviour: 'silent',
    title: { en: 'Issuer never answers: reversed', 'zh-CN': '发卡行无应答:自动冲正' },
  },
];

/** Throws when the deck has no such card: a mistake in a test or scenario, never user input. */
export function testCard(name: string): TestCard {
  const card = TEST_CARDS.find((candidate) => candidate.name === name);
  if (!card) throw new Error(`no test card named ${name}; there are ${TEST_CARDS.map((each) => each.name).join(', ')}`);
  return card;
}

/** `;PAN=YYMMSSS0000000000?` as a reader would send it. */
export const testTrack2 = (card: TestCard): string => `;${card.pan}=${card.expiry}${card.serviceCode}0000000000?`;
