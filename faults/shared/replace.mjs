/**
 * The part with some of its methods exchanged; the others stay its own, private fields too. A new method gets the part
 * and then its arguments.
 * @template {object} T
 * @param {T} part
 * @param {Record<string, (part: any, ...args: any[]) => any>} methods
 * @returns {T}
 */
export const replace = (part, methods) => {
  // After a change of names it would exchange nothing, and nobody would know.
  for (const name of Object.keys(methods))
    if (typeof Reflect.get(part, name) !== 'function') throw new Error(`there is no method ${name} to exchange`);
  return new Proxy(part, {
    get(target, name) {
      const method = methods[String(name)];
      if (method) return (/** @type {any[]} */ ...args) => method(target, ...args);
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};

/**
 * Exchanges one part of one service.
 * @param {string} service @param {string} token
 * @param {Record<string, (part: any, ...args: any[]) => any>} methods
 */
export const within =
  (service, token, methods) =>
  (/** @type {string} */ itsService, /** @type {string} */ itsToken, /** @type {any} */ part) =>
    itsService === service && itsToken === token ? replace(part, methods) : part;
