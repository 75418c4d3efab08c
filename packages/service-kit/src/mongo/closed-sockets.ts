import { MongoNetworkError } from 'mongodb';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** What the driver keeps to itself of a connection. */
interface Wire {
  readonly id: number | string;
  readonly address: string;
  readonly socket: Socket;
  readonly error?: Error;
  onError(error: Error): void;
  writeCommand(command: unknown, options: unknown): Promise<void>;
}

const isMended = Symbol('openswipe.closed-sockets');

/**
 * Makes a command fail whose connection closes while it is written. The driver (7.8 and 7.9) then waits for the socket
 * to drain, and a socket that is destroyed neither drains nor has an error (Node: `writable.write`): the command would
 * wait for ever. Where it is the heartbeat, the service never sees its database again. It happens when the database
 * ends all connections at once: the first to close makes the driver look for the server on another one of them.
 */
export function endWithTheSocket(): void {
  const driver = createRequire(import.meta.resolve('mongoose'))('mongodb/lib/cmap/connection.js') as {
    Connection: { readonly prototype: Wire & { [isMended]?: true } };
  };
  const { prototype } = driver.Connection;
  if (prototype[isMended]) return;
  const write = prototype.writeCommand;
  prototype.writeCommand = function (this: Wire, command, options) {
    return untilClosed(this, () => write.call(this, command, options));
  };
  prototype[isMended] = true;
}

async function untilClosed(wire: Wire, write: () => Promise<void>): Promise<void> {
  const { socket } = wire;
  const closed = (): Error => wire.error ?? new MongoNetworkError(`connection ${wire.id} to ${wire.address} closed`);
  if (socket.destroyed) {
    const error = closed();
    wire.onError(error);
    throw error;
  }
  const { promise: end, reject } = Promise.withResolvers<never>();
  const onClose = (): void => reject(closed());
  socket.once('close', onClose);
  try {
    await Promise.race([write(), end]);
  } finally {
    socket.off('close', onClose);
  }
}
