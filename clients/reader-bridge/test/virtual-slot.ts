import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const PORT = 35_963;

/** What is missing for a virtual slot on this computer; '' if nothing is. */
export function missingForVirtualSlot(): string {
  const has = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  if (process.platform !== 'linux') return 'Linux';
  if (!has('pcscd', '--version')) return 'pcscd';
  if (!existsSync(DRIVER)) return 'vsmartcard-vpcd';
  return has('unshare', ...NAMESPACES, 'ip', 'link', 'set', 'lo', 'up') ? '' : 'the right to make network namespaces';
}

const NAMESPACES = process.getuid?.() === 0 ? ['--net', '--mount'] : ['--user', '--map-root-user', '--net', '--mount'];

/**
 * pcscd with one virtual reader, and a card for it. vpcd listens on every interface, so both live in a network
 * namespace of their own; only the socket file of pcscd is reached from outside. A pcscd of this computer stays as it
 * is.
 */
export class VirtualSlot {
  /** For `PCSCLITE_CSOCK_NAME`. */
  readonly socket: string;
  readonly #process: ChildProcess;
  readonly #log: string[] = [];

  /** `folder`: where the socket file is; of a slot that was closed before, to stand for a service that starts again. */
  constructor(readonly folder = mkdtempSync(join(tmpdir(), 'openswipe-slot-'))) {
    this.socket = join(folder, 'pcscd.comm');
    const settings = join(folder, 'readers');
    mkdirSync(settings, { recursive: true });
    const channel = `0x${PORT.toString(16).toUpperCase()}`;
    const lines = ['FRIENDLYNAME "Virtual slot"', `DEVICENAME /dev/null:${channel}`, `LIBPATH ${DRIVER}`];
    writeFileSync(join(settings, 'vpcd'), [...lines, `CHANNELID ${channel}`, ''].join('\n'));
    const script = `ip link set lo up && mount -t tmpfs tmpfs /run && mkdir /run/pcscd && \
mount --bind '${folder}' /run/pcscd && pcscd --foreground --config '${settings}' & DAEMON=$!; trap 'kill $DAEMON; wait $DAEMON' EXIT
'${process.execPath}' '${join(import.meta.dirname, 'virtual-card.mjs')}' ${PORT}`;
    this.#process = spawn('unshare', [...NAMESPACES, 'sh', '-c', script], {
      env: { ...process.env, PCSCLITE_CSOCK_NAME: this.socket, NODE_OPTIONS: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (data: Buffer) => this.#log.push(data.toString()));
    }
  }

  /** What pcscd and the card said. */
  get log(): string {
    return this.#log.join('');
  }

  insert(name: string, options: object = {}): void {
    this.#process.stdin?.write(`insert ${name} ${JSON.stringify(options)}\n`);
  }

  remove(): void {
    this.#process.stdin?.write('remove\n');
  }

  async close(): Promise<void> {
    const isGone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin?.end();
    await isGone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
