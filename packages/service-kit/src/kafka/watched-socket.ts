import { connect, type Socket } from 'node:net';

/** Longer than the broker holds back an answer: a member that joins waits for the others up to 15 s. */
const SILENCE_MAX_MS = 17_000;
const KEEP_ALIVE_MS = 60_000;

interface Wanted {
  readonly host: string;
  readonly port: number;
  readonly onConnect: () => void;
}

/**
 * A connection to a broker that ends when a request gets no answer. kafkajs gives up the request alone and sends the
 * next one on the same connection: one that died without a word, as behind a firewall that forgot it, was used for
 * ever (tulios/kafkajs#919, #534). Its end makes kafkajs connect anew.
 */
export function watchedSocket({ host, port, onConnect }: Wanted, silenceMaxMs = SILENCE_MAX_MS): Socket {
  const socket = connect({ host, port }, onConnect).setKeepAlive(true, KEEP_ALIVE_MS);
  let waiting: NodeJS.Timeout | undefined;
  const answered = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
  };
  const end = (): void => {
    socket.destroy(Object.assign(new Error('the broker does not answer'), { code: 'ETIMEDOUT' }));
  };
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]) => {
    waiting ??= setTimeout(end, silenceMaxMs);
    return write(...given);
  };
  return socket.on('data', answered).once('close', answered);
}
