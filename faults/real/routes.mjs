import net from 'node:net';

/**
 * Sends connections that this process makes to a local port by way of another one: clients that learn an address from
 * the server itself, as those of Kafka do, can be put behind a link that the campaign controls.
 * @param {string} text JSON object: port → host and port
 */
export const routeConnections = (text) => {
  /** @type {Record<string, { host: string, port: number }>} */
  const routes = JSON.parse(text);
  if (Object.keys(routes).length === 0) return;
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (/** @type {any[]} */ ...given) {
    // net.connect hands over its arguments in one normalized array.
    const target = Array.isArray(given[0]) ? given[0][0] : given[0];
    Object.assign(target, typeof target === 'object' ? routes[target?.port] : undefined);
    return connect.apply(this, /** @type {any} */ (given));
  };
};
