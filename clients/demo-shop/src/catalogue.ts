import type { OrderLine } from '@openswipe/sdk';

export type Language = 'en' | 'zh-CN';

export interface Product {
  readonly id: string;
  readonly name: Readonly<Record<Language, string>>;
  readonly unitAmountMinor: bigint;
  /** Type, colour, net weight [0026]. */
  readonly attributes: Readonly<Record<Language, Readonly<Record<string, string>>>>;
}

export const CURRENCY = 'CNY';

export const CATALOGUE: readonly Product[] = [
  {
    id: 'longjing',
    name: { en: 'Longjing green tea', 'zh-CN': '西湖龙井' },
    unitAmountMinor: 12_800n,
    attributes: { en: { Type: 'Green tea', 'Net weight': '100 g' }, 'zh-CN': { 种类: '绿茶', 净重: '100 克' } },
  },
  {
    id: 'gaiwan',
    name: { en: 'Porcelain gaiwan', 'zh-CN': '青瓷盖碗' },
    unitAmountMinor: 8_600n,
    attributes: { en: { Colour: 'Celadon', Volume: '120 ml' }, 'zh-CN': { 颜色: '青瓷', 容量: '120 毫升' } },
  },
  {
    id: 'osmanthus',
    name: { en: 'Osmanthus cake', 'zh-CN': '桂花糕' },
    unitAmountMinor: 2_850n,
    attributes: { en: { Type: 'Sweet', 'Net weight': '250 g' }, 'zh-CN': { 种类: '糕点', 净重: '250 克' } },
  },
];

export const productById = (id: string): Product | undefined => CATALOGUE.find((product) => product.id === id);

export const lineOf = (product: Product, quantity: number, language: Language): OrderLine => ({
  name: product.name[language],
  quantity,
  unitAmountMinor: product.unitAmountMinor.toString(),
  attributes: product.attributes[language],
});
