export interface BridgeConfig {
  readonly origins: ReadonlySet<string>;
  readonly port: number;
  /** Part of a reader's name. */
  readonly reader?: string;
}

/** Where pages look for the bridge. */
export const DEFAULT_PORT = 41_735;

/**
 * Origins are the arguments; `OPENSWIPE_BRIDGE_PORT` and `OPENSWIPE_BRIDGE_READER` may be set.
 * Throws an Error with a sentence for the person at the window.
 */
export function bridgeConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): BridgeConfig {
  if (args.length === 0) {
    throw new Error('Say which pages may use the reader: openswipe-reader-bridge https://pay.example');
  }
  const port = Number(env['OPENSWIPE_BRIDGE_PORT'] ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('OPENSWIPE_BRIDGE_PORT is no port');
  const reader = env['OPENSWIPE_BRIDGE_READER'];
  return { origins: new Set(args.map(originOf)), port, ...(reader !== undefined && { reader }) };
}

/** Secure ones, and those of this computer: anybody on the way could write the page of another. */
function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ['localhost', '127.0.0.1'].includes(url.hostname);
  if (url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal))) return url.origin;
  throw new Error(`"${text}" is no origin: write https://pay.example, or http://localhost:8080 for tests`);
}
