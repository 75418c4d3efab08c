#!/usr/bin/env node
import { BridgeServer } from './bridge-server.js';
import { bridgeConfig } from './config.js';
import { Pairing } from './pairing.js';
import { loadPcsc } from './pcsc/pcsc.js';
import { PcscCardSlot } from './pcsc/pcsc-card-slot.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const { origins, port, reader } = bridgeConfig(process.argv.slice(2), process.env);
  const pcsc = loadPcsc();
  if (pcsc === undefined) {
    throw new Error(
      'The package "smartcard" is missing or does not fit: install a C++ compiler (and libpcsclite-dev on Linux), then ' +
        'run "npm rebuild smartcard", or "npm install" if it is not there at all.',
    );
  }
  const slot = new PcscCardSlot(pcsc, {
    ...(reader !== undefined && { reader }),
    onService: (isThere) => {
      say(isThere ? 'Smart card service: there.' : 'Smart card service: not there yet; is pcscd running?');
    },
  });
  slot.on((state) => {
    say(`Reader: ${state.reader ?? 'none'}. Card: ${state.card ? 'in' : 'none'}.`);
  });
  const pairing = new Pairing(
    () => performance.now(),
    (code) => {
      say(`Pairing code: ${code.replace(/(.{4})/, '$1 ')}`);
    },
  );
  const server = new BridgeServer(slot, pairing, origins);
  const actual = await server.listen(port);
  say(`Reader bridge at ws://127.0.0.1:${actual} for ${[...origins].join(', ')}. Ctrl-C ends it.`);
  slot.start();
  const end = (): void => {
    slot.stop();
    void server.close().then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
