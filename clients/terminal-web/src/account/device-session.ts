import { signal } from '@preact/signals';
import { codeOf, isTransient, Problem } from '../gateway/problem.js';
import type { Session } from '../gateway/session.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { enrol } from './enrol.js';
import { terminalOf, type KeyStorage } from './terminal-keys.js';

export type Phase =
  | { readonly at: 'starting' }
  | { readonly at: 'logged-out'; readonly notice?: 'logged-out' | 'ended' | 'registered' | 'keys-gone' }
  | { readonly at: 'enrolling'; readonly accountName: string; readonly failure?: string }
  /** No network at the start: records are readable, nothing else. */
  | { readonly at: 'offline'; readonly accountId: string }
  | { readonly at: 'ready'; readonly accountId: string; readonly accountName: string; readonly terminalId: string };

/** Who was logged in on this device; no secret. */
interface Remembered {
  readonly accountId: string;
  readonly accountName: string;
}

export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const REMEMBERED = 'openswipe.account';
const RETRY_MS = 5_000;

/** From the start of the page to a terminal that can pay: resume or log in, then enrol once. */
export class DeviceSession {
  readonly phase = signal<Phase>({ at: 'starting' });

  constructor(
    private readonly api: TerminalApi,
    private readonly terminals: KeyStorage,
    private readonly texts: TextStorage,
    private readonly terminalName: string,
  ) {
    api.onSession((session) => {
      const { at } = this.phase.value;
      if (!session && (at === 'ready' || at === 'offline')) this.#leave('ended');
    });
  }

  /** Without network it ends in `offline` at once and goes on trying. */
  async start(): Promise<void> {
    const remembered = this.#remembered();
    if (!remembered) {
      this.phase.value = { at: 'logged-out' };
      return;
    }
    try {
      const session = await this.api.resume();
      if (session) await this.#enter(session, remembered.accountName);
      else this.#leave('ended');
    } catch (error) {
      if (!isTransient(error)) throw error;
      this.phase.value = { at: 'offline', accountId: remembered.accountId };
      const again = (): void => {
        clearTimeout(timer);
        removeEventListener('online', again);
        void this.start();
      };
      const timer = setTimeout(again, RETRY_MS);
      addEventListener('online', again);
    }
  }

  /** Throws Problem and TransientFault. */
  async logIn(email: string, password: string): Promise<void> {
    const accountName = email.trim().toLowerCase();
    const terminalId = await terminalOf(this.terminals, accountName);
    await this.#enter(await this.#logIn(accountName, password, terminalId), accountName);
  }

  async logOut(): Promise<void> {
    this.#leave('logged-out');
    // Logged out on this device in any case; without network the cookie's session ends by itself.
    await this.api.logOut().catch((error: unknown) => {
      if (!isTransient(error) && !(error instanceof Problem)) throw error;
    });
  }

  registered(): void {
    this.phase.value = { at: 'logged-out', notice: 'registered' };
  }

  async enrol(accountName: string): Promise<void> {
    this.phase.value = { at: 'enrolling', accountName };
    try {
      const { terminalId } = await enrol(this.api, this.terminals, accountName, this.terminalName);
      this.#ready(this.api.session?.accountId ?? '', accountName, terminalId);
    } catch (error) {
      this.phase.value = { at: 'enrolling', accountName, failure: codeOf(error) };
    }
  }

  async #logIn(accountName: string, password: string, terminalId?: string): Promise<Session> {
    try {
      return await this.api.logIn(accountName, password, terminalId);
    } catch (error) {
      const terminalRefused = error instanceof Problem && error.code.startsWith('ACCOUNTS.TERMINAL_');
      if (!terminalRefused || terminalId === undefined) throw error;
      // Signed out from another terminal: its keys are of no more use, this device becomes a new terminal.
      await this.terminals.remove(terminalId);
      return this.api.logIn(accountName, password);
    }
  }

  async #enter(session: Session, accountName: string): Promise<void> {
    this.texts.setItem(REMEMBERED, JSON.stringify({ accountId: session.accountId, accountName }));
    if (session.terminalId === null) return this.enrol(accountName);
    if (await this.terminals.get(session.terminalId)) {
      this.#ready(session.accountId, accountName, session.terminalId);
    } else {
      // The browser dropped the keys but kept the cookie: only a session without a terminal may enrol.
      await this.logOut();
      this.phase.value = { at: 'logged-out', notice: 'keys-gone' };
    }
  }

  #ready(accountId: string, accountName: string, terminalId: string): void {
    this.phase.value = { at: 'ready', accountId, accountName, terminalId };
  }

  #leave(notice: 'logged-out' | 'ended'): void {
    this.texts.removeItem(REMEMBERED);
    this.phase.value = { at: 'logged-out', notice };
  }

  #remembered(): Remembered | undefined {
    const text = this.texts.getItem(REMEMBERED);
    return text === null ? undefined : (JSON.parse(text) as Remembered);
  }
}

/** E.g. `Chrome, Linux`: enough to tell one's own devices apart. */
export function deviceName(userAgent: string): string {
  const browser = /(Edg|Firefox|Chrome|Safari)\//.exec(userAgent)?.[1]?.replace('Edg', 'Edge') ?? 'Browser';
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|CrOS|Linux)/.exec(userAgent)?.[1] ?? '';
  return system ? `${browser}, ${system}` : browser;
}
