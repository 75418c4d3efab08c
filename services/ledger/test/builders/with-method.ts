import { TransientFault } from '@openswipe/kernel';

type Method = (...args: never[]) => Promise<unknown>;

/** The same part with one method replaced. */
export const withMethod = <T extends object>(part: T, name: keyof T, replacement: Method): T =>
  new Proxy(part, {
    get: (target, key) => {
      const value: unknown = key === name ? replacement : Reflect.get(target, key);
      return typeof value === 'function' && key !== name ? (value as Method).bind(target) : value;
    },
  });

/** The process dies in this method, before or after its effect. */
export const crashing = <T extends object>(part: T, name: keyof T, when: 'before' | 'after'): T =>
  withMethod(part, name, async (...args) => {
    if (when === 'after') await (part[name] as Method).apply(part, args);
    throw new TransientFault('crash');
  });
