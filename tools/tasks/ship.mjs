import { parseArgs } from 'node:util';
import { findRunning } from '../stack/running.mjs';

const PAGE_SIZE = 100;
const USAGE =
  'Usage: npm run ship -- --reader ID --serial NUMBER --carrier NAME --tracking NUMBER [--initial-key-id HEX]\n' +
  'Without arguments: the applications that wait, as JSON.';

/** @typedef {import('@openswipe/service-kit').Calls<import('@openswipe/contracts').AccountsClient>} Accounts */

/** @param {import('@openswipe/contracts').Reader} reader @param {Record<number, string>} names */
const readable = ({ status, ...reader }, names) => ({
  ...reader,
  status: names[status]?.replace('READER_STATUS_', '').toLowerCase(),
});

/** @param {Accounts} accounts */
const listWaiting = async (accounts) => {
  const { ReaderStatus } = await import('@openswipe/contracts');
  /** @type {import('@openswipe/contracts').Reader[]} */
  const waiting = [];
  for (let afterId = ''; ;) {
    const { readers } = await accounts.listReaderApplications({ pageSize: PAGE_SIZE, afterId });
    waiting.push(...readers.filter(({ status }) => status === ReaderStatus.READER_STATUS_APPLIED));
    const last = readers.at(-1);
    if (!last || readers.length < PAGE_SIZE) return waiting;
    afterId = last.id;
  }
};

const show = (/** @type {unknown} */ answer) => console.log(JSON.stringify(answer, null, 2));

/** @param {string[]} args */
const parse = (args) => {
  const text = /** @type {const} */ ({ type: 'string' });
  const options = { reader: text, serial: text, carrier: text, tracking: text, 'initial-key-id': text };
  try {
    return parseArgs({ args, options, strict: true }).values;
  } catch {
    return {};
  }
};

/**
 * For the operator of a laptop stack: lists the applications for readers that wait, or notes that one was sent out.
 * @param {string[]} args
 */
export default async (args) => {
  const { reader, serial, carrier, tracking, 'initial-key-id': initialKeyId = '' } = parse(args);
  const isComplete = reader && serial && carrier && tracking;
  if (args.length > 0 && !isComplete) {
    console.error(USAGE);
    return 2;
  }
  const { addresses } = findRunning();
  const { AccountsClient, ReaderStatus } = await import('@openswipe/contracts');
  const { RemoteService } = await import('@openswipe/service-kit');
  const remote = new RemoteService(AccountsClient, /** @type {string} */ (addresses.grpc['accounts']));
  try {
    if (isComplete) {
      const shipment = { serialNumber: serial, carrier, trackingNumber: tracking, initialKeyId };
      show(readable(await remote.call.shipReader({ readerId: reader, ...shipment }), ReaderStatus));
    } else {
      show((await listWaiting(remote.call)).map((waiting) => readable(waiting, ReaderStatus)));
    }
    return 0;
  } catch (fault) {
    const { code, message } = /** @type {{ code?: string, message: string }} */ (fault);
    console.error(code ? `${code}: ${message}` : message);
    return 1;
  } finally {
    remote.close();
  }
};
