export * from './canonical-order.js';
export * from './clock.js';
export * from './currency.js';
export * from './domain-error.js';
export * from './ids.js';
export * from './money.js';
export * from './sensitive.js';
