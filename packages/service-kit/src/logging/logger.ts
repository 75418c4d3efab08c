import { type LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';

/** Injection token of the service's logger. */
export const LOGGER = Symbol('LOGGER');
export type Logger = PinoLogger;

/** Second line of defence behind `Sensitive`: these paths are removed even if somebody logs a raw message. */
const NEVER_LOGGED = ['password', 'pin', 'pinBlock', 'pan', 'track2', 'ciphertext', 'secretKey', 'refreshToken']
  .flatMap((name) => [name, `*.${name}`])
  .concat('req.headers.authorization', 'req.headers.cookie');

/** What waits for a full disk or a slow reader; lines beyond it are dropped. */
const WAITING_MAX_BYTES = 1_048_576;

/**
 * Standard output, shared by all loggers of the process. A payment matters more than a line about it: writing waits
 * for nobody, a line that cannot be written is tried again with the next one, and fails nothing that logs it.
 */
const openOutput = () => {
  const output = pino.destination({ dest: 1, sync: false, maxLength: WAITING_MAX_BYTES });
  const { flushSync } = output;
  let dropped = 0;
  let isFull = false;
  output.on('error', () => (isFull = true));
  output.on('write', () => (isFull = false));
  // At its end the process would try for ever, and not end.
  output.flushSync = () => (isFull ? undefined : flushSync.call(output));
  output.on('drop', () => (dropped += 1));
  output.on('drain', () => {
    if (dropped === 0) return;
    output.write(`${JSON.stringify({ level: pino.levels.values['warn'], msg: 'log lines were dropped', dropped })}\n`);
    dropped = 0;
  });
  return output;
};

/** Something listens in on standard output: lines go through it, as pino lets them by itself. */
const isHeard = (stream: NodeJS.WriteStream): boolean => stream.write !== stream.constructor.prototype.write;

let output: ReturnType<typeof openOutput> | undefined;

export const createLogger = (service: string, level: string): Logger =>
  pino(
    {
      level,
      base: { service },
      redact: { paths: NEVER_LOGGED, remove: true },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    isHeard(process.stdout) ? process.stdout : (output ??= openOutput()),
  );

/** Nest's own messages go to the same stream; its start-up chatter is debug. */
export const nestLogger = (logger: Logger): LoggerService => ({
  log: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
  debug: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
  verbose: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
  warn: (message: unknown, context?: unknown) => logger.warn({ context }, String(message)),
  error: (message: unknown, ...context: unknown[]) => logger.error({ context }, String(message)),
});
