import { type LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';

/** Injection token of the service's logger. */
export const LOGGER = Symbol('LOGGER');
export type Logger = PinoLogger;

/** Second line of defence behind `Sensitive`: these paths are removed even if somebody logs a raw message. */
const NEVER_LOGGED = ['password', 'pin', 'pinBlock', 'pan', 'track2', 'ciphertext', 'secretKey', 'refreshToken']
  .flatMap((name) => [name, `*.${name}`])
  .concat('req.headers.authorization', 'req.headers.cookie');

export const createLogger = (service: string, level: string): Logger =>
  pino({
    level,
    base: { service },
    redact: { paths: NEVER_LOGGED, remove: true },
    timestamp: pino.stdTimeFunctions.isoTime,
  });

/** Nest's own messages go to the same stream; its start-up chatter is debug. */
export const nestLogger = (logger: Logger): LoggerService => ({
  log: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
  debug: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
  verbose: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
  warn: (message: unknown, context?: unknown) => logger.warn({ context }, String(message)),
  error: (message: unknown, ...context: unknown[]) => logger.error({ context }, String(message)),
});
