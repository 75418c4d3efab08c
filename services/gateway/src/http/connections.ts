import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';

/**
 * Closes at shutdown what waits for no answer. Node itself closes a connection only after its first request, and would
 * wait a minute for those that browsers open in advance.
 */
export function closeSilentConnections(fastify: FastifyInstance): void {
  const silent = new Set<Socket>();
  fastify.server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  fastify.server.on('request', ({ socket }, response) => {
    silent.delete(socket);
    response.once('close', () => !socket.destroyed && silent.add(socket));
  });
  fastify.addHook('preClose', async () => {
    for (const socket of silent) socket.destroy();
  });
}
