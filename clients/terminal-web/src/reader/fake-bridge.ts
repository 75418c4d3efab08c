import { fromHex, toHex } from '@openswipe/card';
import { TestChip, type TestChipOptions } from '@openswipe/card/emv/test-chip';
import { testCard } from '@openswipe/card/test-cards';

type Message = Record<string, unknown>;

export const TOKEN = '7'.repeat(64);

/** The bridge as its README describes it, with a chip in its reader, without a network. */
export class FakeBridge {
  isRunning = true;
  isMute = false;
  refusesPairingWith: string | undefined;
  isReaderThere = true;
  chip: TestChip | undefined;
  readonly log: string[] = [];
  /** Runs before a command reaches the chip. */
  beforeCommand: (count: number) => void = () => undefined;
  /** What becomes of an answer on its way, in hexadecimal; anything else than text is sent as it is. */
  onTheWay: (response: string, count: number) => unknown = (response) => response;
  #commands = 0;
  #socket: (EventTarget & { isOpen: boolean }) | undefined;

  readonly openSocket = () => {
    const socket = Object.assign(new EventTarget(), {
      isOpen: false,
      send: (text: string) => {
        queueMicrotask(() => {
          if (!this.isMute && socket.isOpen) this.#receive(JSON.parse(text) as Message);
        });
      },
      close: () => {
        if (socket.isOpen) this.log.push('closed');
        socket.isOpen = false;
      },
    });
    this.#socket = socket;
    queueMicrotask(() => {
      if (this.isMute) return;
      socket.isOpen = this.isRunning;
      socket.dispatchEvent(new Event(this.isRunning ? 'open' : 'error'));
    });
    return socket;
  };

  insert(name = 'unionpay-pin', options: TestChipOptions = {}): void {
    this.put(new TestChip(testCard(name), options));
  }

  put(chip: TestChip): void {
    this.chip = chip;
    this.#tell();
  }

  remove(): void {
    this.chip = undefined;
    this.#tell();
  }

  unplug(): void {
    this.isReaderThere = false;
    this.remove();
  }

  replug(): void {
    this.isReaderThere = true;
    this.#tell();
  }

  stop(): void {
    this.isRunning = false;
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.isOpen = false;
    socket.dispatchEvent(new Event('close'));
  }

  get #slot() {
    return { reader: this.isReaderThere ? 'Test slot' : null, card: this.chip !== undefined };
  }

  #tell(): void {
    if (this.#socket?.isOpen) this.#send({ type: 'state', ...this.#slot });
  }

  #receive({ type, id, code, token, command }: Message): void {
    this.log.push([type, code, token === TOKEN ? 'token' : undefined].filter(Boolean).join(' '));
    if (type === 'pair' && this.refusesPairingWith !== undefined) {
      this.#send({ type: 'refused', code: this.refusesPairingWith });
      this.#socket?.dispatchEvent(new Event('close'));
    } else if (type === 'pair') this.#send({ type: 'paired', token: TOKEN, ...this.#slot });
    else if (type === 'transmit') this.#transmit(id, String(command));
    else if (type === 'open' && this.chip === undefined) this.#send({ type: 'refused', id, code: 'BRIDGE.NO_CARD' });
    else this.#send({ type: 'done', id });
  }

  #transmit(id: unknown, command: string): void {
    this.beforeCommand(++this.#commands);
    if (this.chip === undefined) return this.#send({ type: 'refused', id, code: 'BRIDGE.CARD_REMOVED' });
    const bytes = fromHex(command, command.length / 2, 'FAKE.HEX', 'A command');
    const response = toHex(this.chip.answer(bytes));
    this.#send({ type: 'answer', id, response: this.onTheWay(response, this.#commands) });
  }

  #send(message: Message): void {
    this.#socket?.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(message) }));
  }
}
