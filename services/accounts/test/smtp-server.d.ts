// The package brings no typings; this is the part that the tests use.
declare module 'smtp-server' {
  import type { Readable } from 'node:stream';

  export interface SMTPServerOptions {
    readonly authOptional?: boolean;
    readonly disabledCommands?: readonly string[];
    readonly onData: (stream: Readable, session: unknown, callback: (error?: Error) => void) => void;
  }

  export class SMTPServer {
    readonly server: import('node:net').Server;
    constructor(options: SMTPServerOptions);
    listen(port: number, host: string, callback: () => void): void;
    close(callback: () => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
  }
}
