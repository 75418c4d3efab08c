import type { Clock } from '@openswipe/kernel';
import { type Reader, parseShipment, ship } from '../domain/reader.js';
import { changeReader } from './change-reader.js';
import type { Readers } from './ports.js';
import type { TellOfReaders } from './tell-of-readers.js';

/** The operator notes which reader was sent out for an application. */
export class ShipReader {
  constructor(
    private readonly readers: Readers,
    private readonly tell: TellOfReaders,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `ACCOUNTS.READER_NOT_FOUND`, `ACCOUNTS.READER_STATE`, `ACCOUNTS.READER_SERIAL_TAKEN`,
   * `ACCOUNTS.FIELD_INVALID`. The same shipment twice is fine.
   */
  async execute(readerId: string, raw: Parameters<typeof parseShipment>[0]): Promise<Reader> {
    const shipment = parseShipment(raw);
    const look = (): Promise<Reader | undefined> => this.readers.find(readerId);
    const reader = await changeReader(this.readers, look, (found) => ship(found, shipment, this.clock.now()));
    await this.tell.soon(reader);
    return reader;
  }
}
