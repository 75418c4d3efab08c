import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');

/** The bridge as a shopper starts it: a process of its own, compiled. */
export class ABridge {
  readonly #process: ChildProcess;
  #said = '';
  /** Exit code. */
  readonly ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();

  constructor(origin: string, env: Readonly<Record<string, string>>) {
    this.#process = spawn(process.execPath, [MAIN, origin], {
      env: { ...process.env, NODE_OPTIONS: '', OPENSWIPE_BRIDGE_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = new Promise((resolve) => this.#process.once('exit', resolve));
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.#said += data.toString();
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
      });
    }
  }

  get said(): string {
    return this.#said;
  }

  /** The last match in what it says; waits for it. */
  async says(pattern: RegExp, deadlineMs = 15_000): Promise<string> {
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      const found = [...this.#said.matchAll(new RegExp(pattern, 'g'))].at(-1);
      if (found !== undefined) return found[1] ?? found[0];
      if (performance.now() > deadline) throw new Error(`The bridge never said ${pattern}, but: ${this.#said}`);
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        setTimeout(resolve, 500).unref();
      });
    }
  }

  async port(): Promise<number> {
    return Number(await this.says(/ws:\/\/127\.0\.0\.1:(\d+)/));
  }

  async code(): Promise<string> {
    return this.says(/Pairing code: (\d{4} \d{4})/);
  }

  close(): Promise<number | null> {
    this.#process.kill('SIGTERM');
    return this.ended;
  }
}
