import { type BridgeCode, bridgeCodeOf, bridgeRefusal } from './bridge-refusal.js';
import { type CommandKind, commandKind } from './apdu-filter.js';
import type { CardSlot, OpenCard } from './card-slot.js';
import type { Pairing } from './pairing.js';
import { parseRequest, type Reply, type Request } from './protocol.js';

/** Commands to a card in one go; a payment takes about twenty. */
const COMMANDS_MAX = 200;

/** One connected page. `send` and `end` are its socket. */
export interface Page {
  readonly origin: string;
  send(text: string): void;
  /** Closes the connection, after what was sent. */
  end(): void;
}

/** The one place at the card. */
export interface Seat {
  taken: boolean;
  /** One insertion, one cryptogram: a page cannot have a forgotten card make more of them. */
  isSpent: boolean;
}

/** What a page may do: pair, then open the card, send it EMV commands one by one, release it. */
export class Session {
  readonly #page: Page;
  readonly #slot: CardSlot;
  readonly #pairing: Pairing;
  readonly #seat: Seat;
  #isPaired = false;
  #isEnded = false;
  #isBusy = false;
  #card: OpenCard | undefined;
  #commands = 0;
  #stopListening: () => void = () => undefined;

  constructor(page: Page, slot: CardSlot, pairing: Pairing, seat: Seat) {
    this.#page = page;
    this.#slot = slot;
    this.#pairing = pairing;
    this.#seat = seat;
  }

  get isPaired(): boolean {
    return this.#isPaired;
  }

  async receive(text: string): Promise<void> {
    if (this.#isEnded) return;
    const request = parseRequest(text);
    if (request === undefined) return this.refuse('BRIDGE.MESSAGE_INVALID');
    if (request.type === 'pair') return this.#isPaired ? this.refuse('BRIDGE.MESSAGE_INVALID') : this.#pair(request);
    if (!this.#isPaired) return this.refuse('BRIDGE.NOT_PAIRED');
    await this.#inTurn(request);
  }

  /** Tells why, and ends. */
  refuse(code: BridgeCode): void {
    if (this.#isEnded) return;
    this.#send({ type: 'refused', code });
    this.end();
    this.#page.end();
  }

  /** The page is gone. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#stopListening();
    this.#release();
    if (this.#isPaired) this.#seat.taken = false;
  }

  #pair(request: Extract<Request, { type: 'pair' }>): void {
    if (this.#seat.taken) return this.refuse('BRIDGE.BUSY');
    const token = 'token' in request ? this.#recognise(request.token) : this.#redeem(request.code);
    if (token === undefined) return;
    this.#isPaired = true;
    this.#seat.taken = true;
    this.#stopListening = this.#slot.on((state) => {
      if (!state.card) this.#release();
      this.#send({ type: 'state', ...state });
    });
    this.#send({ type: 'paired', token, ...this.#slot.state });
  }

  #recognise(token: string): string | undefined {
    if (this.#pairing.recognise(token, this.#page.origin)) return token;
    this.refuse('BRIDGE.TOKEN_UNKNOWN');
    return undefined;
  }

  #redeem(code: string): string | undefined {
    const outcome = this.#pairing.redeem(code, this.#page.origin);
    if (typeof outcome === 'object') return outcome.token;
    this.refuse(outcome === 'wrong' ? 'BRIDGE.CODE_WRONG' : 'BRIDGE.CODE_LOCKED');
    return undefined;
  }

  async #inTurn(request: Exclude<Request, { type: 'pair' }>): Promise<void> {
    const { id } = request;
    if (this.#isBusy) return this.#send({ type: 'refused', id, code: 'BRIDGE.OUT_OF_TURN' });
    this.#isBusy = true;
    try {
      this.#send(await this.#answer(request));
    } catch (error) {
      this.#send({ type: 'refused', id, code: bridgeCodeOf(error) });
    } finally {
      this.#isBusy = false;
    }
  }

  async #answer(request: Exclude<Request, { type: 'pair' }>): Promise<Reply> {
    const { type, id } = request;
    if (type === 'transmit') return { type: 'answer', id, response: await this.#transmit(request.command) };
    this.#release();
    if (type === 'open') await this.#open();
    return { type: 'done', id };
  }

  async #open(): Promise<void> {
    if (this.#seat.isSpent) throw bridgeRefusal('BRIDGE.CARD_SPENT');
    const card = await this.#slot.open();
    this.#commands = 0;
    // The page or the card may have gone while the card was powered up.
    if (this.#isEnded || !this.#slot.state.card) {
      card.release();
      throw bridgeRefusal('BRIDGE.CARD_REMOVED');
    }
    this.#card = card;
  }

  async #transmit(command: Uint8Array): Promise<string> {
    const kind = commandKind(command);
    if (kind === undefined) throw bridgeRefusal('BRIDGE.COMMAND_REFUSED');
    if (this.#card === undefined)
      throw bridgeRefusal(this.#slot.state.card ? 'BRIDGE.NOT_OPEN' : 'BRIDGE.CARD_REMOVED');
    this.#count(kind);
    try {
      const response = await this.#card.transmit(command);
      // 6Cxx: nothing was done yet, the card wants the same again with another length.
      if (kind === 'cryptogram' && response.at(-2) === 0x6c) this.#seat.isSpent = false;
      return Buffer.from(response).toString('hex');
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  #count(kind: CommandKind): void {
    if (++this.#commands > COMMANDS_MAX) throw bridgeRefusal('BRIDGE.COMMAND_REFUSED');
    if (kind !== 'cryptogram') return;
    if (this.#seat.isSpent) throw bridgeRefusal('BRIDGE.CARD_SPENT');
    this.#seat.isSpent = true;
  }

  #release(): void {
    this.#card?.release();
    this.#card = undefined;
  }

  #send(reply: Reply): void {
    if (!this.#isEnded) this.#page.send(JSON.stringify(reply));
  }
}
