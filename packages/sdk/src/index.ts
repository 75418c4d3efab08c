export * from './openswipe.js';
export * from './order.js';
export * from './problem.js';
export * from './signatures.js';
