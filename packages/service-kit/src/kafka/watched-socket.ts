import { connect, type Socket } from 'node:net';

/** How long a request may be without an answer, milliseconds. */
export interface SilenceLimits {
  readonly usual: number;
  /** Of a member that joins a group: the broker holds the answer back until the others have come. */
  readonly joining: number;
}

/** As long as a session, after which the broker gives the member up, too; longer than a whole rebalance. */
const LIMITS: SilenceLimits = { usual: 6_000, joining: 17_000 };
/** JoinGroup and SyncGroup: the number is behind the four bytes of the length (Kafka protocol guide). */
const JOINING: readonly number[] = [11, 14];
const API_KEY_AT = 4;
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
export function watchedSocket({ host, port, onConnect }: Wanted, limits = LIMITS): Socket {
  const socket = connect({ host, port }, onConnect).setKeepAlive(true, KEEP_ALIVE_MS);
  let waiting: NodeJS.Timeout | undefined;
  let isJoining = false;
  const answered = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    isJoining = false;
  };
  const end = (): void => {
    socket.destroy(Object.assign(new Error('the broker does not answer'), { code: 'ETIMEDOUT' }));
  };
  const wait = (joins: boolean): void => {
    // Answers come in the order of the requests, so whatever follows a join waits with it.
    if (waiting && (isJoining || !joins)) return;
    clearTimeout(waiting);
    isJoining = joins;
    waiting = setTimeout(end, joins ? limits.joining : limits.usual);
  };
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]) => {
    wait(joins(given[0]));
    return write(...given);
  };
  return socket.on('data', answered).once('close', answered);
}

/** kafkajs writes each request at once. */
function joins(request: unknown): boolean {
  if (!Buffer.isBuffer(request) || request.length < API_KEY_AT + 2) return false;
  return JOINING.includes(request.readInt16BE(API_KEY_AT));
}
