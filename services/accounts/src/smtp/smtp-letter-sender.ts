import type { Sensitive } from '@openswipe/kernel';
import { createTransport, type Transporter } from 'nodemailer';
import type { LetterSender } from '../application/ports.js';
import type { AttemptOutcome } from '../domain/delivery.js';

const DEADLINE_MS = 10_000;
const CONNECTION_COUNT_MAX = 4;

/** Bills and other letters by SMTP. The message id is that of the delivery, so a mail server can drop a second copy. */
export class SmtpLetterSender implements LetterSender {
  readonly #transport: Transporter;

  constructor(
    smtpUrl: Sensitive<string>,
    private readonly from: string,
  ) {
    this.#transport = createTransport({
      url: smtpUrl.reveal('connect to the mail server'),
      pool: true,
      maxConnections: CONNECTION_COUNT_MAX,
      connectionTimeout: DEADLINE_MS,
      greetingTimeout: DEADLINE_MS,
      socketTimeout: DEADLINE_MS,
      dnsTimeout: DEADLINE_MS,
      // A letter is made of texts only: nothing in it may name a file or an address to load.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send({ id, to, letter }: Parameters<LetterSender['send']>[0]): Promise<AttemptOutcome> {
    try {
      await this.#transport.sendMail({
        from: this.from,
        to: { name: '', address: to },
        messageId: `<${id}@openswipe>`,
        ...letter,
      });
      return { delivered: true };
    } catch (error) {
      const { code, responseCode } = error as { code?: string; responseCode?: number };
      return { delivered: false, error: `the mail server did not take it (${responseCode ?? code ?? 'unknown'})` };
    }
  }

  close(): void {
    this.#transport.close();
  }
}
