import { spawnSync } from 'node:child_process';
import { compare } from '../pairs.mjs';
import { startProgram } from '../processes.mjs';

/**
 * Operations a second of one core, from `openssl speed`, which counts its own CPU time.
 * @param {string[]} args @param {number} bytes @param {number} seconds
 */
const opensslSpeed = (args, bytes, seconds) => {
  const speed = ['speed', '-mr', '-seconds', String(seconds), '-bytes', String(bytes), ...args];
  const { stdout, stderr } = spawnSync('openssl', speed, { encoding: 'utf8' });
  const bytesPerSecond = Number(/^\+F:\d+:[^:]+:([\d.]+)/m.exec(stdout)?.[1]);
  if (!(bytesPerSecond > 0)) throw new Error(`openssl speed gave no figure: ${stderr.slice(-200)}`);
  return bytesPerSecond / bytes;
};

/** @type {import('./figure.mjs').Figure} */
export const p5 = {
  id: 'P5',
  title: 'Envelope opens a second of one core ÷ its primitives',
  method:
    'One process derives the AES DUKPT key of each KSN from the BDK and opens the envelope, 32 terminals in turn; rates ' +
    'are by its CPU time. The peer is `openssl speed` of the same AES blocks and one AES-128-GCM of the same bytes; a ' +
    'second peer makes the same calls of node:crypto and nothing else.',
  run: async ({ blocks, isQuick }) => {
    const program = await startProgram('open-envelopes');
    try {
      const milliseconds = isQuick ? 700 : 2_000;
      const { aesBlocks, ciphertextBytes } = await program.call('shape');
      const seconds = isQuick ? 1 : 2;
      const ours = async () => ({ value: await program.call('open', { milliseconds }) });
      const openssl = async () => {
        const block = opensslSpeed(['-evp', 'aes-128-ecb'], 16, seconds);
        const gcm = opensslSpeed(['-decrypt', '-evp', 'aes-128-gcm'], ciphertextBytes, seconds);
        return { value: 1 / (aesBlocks / block + 1 / gcm) };
      };
      const bare = async () => ({ value: await program.call('bare', { milliseconds }) });
      const note = `${aesBlocks.toFixed(1)} AES blocks under as many keys, then GCM of ${ciphertextBytes} bytes`;
      const shared = { unit: 'opens/s', ours, blocks };
      return [
        await compare({
          ...{ name: '÷ openssl speed of the primitives', goal: { relation: '>=', limit: 0.6 }, peer: openssl },
          ...{ ...shared, note: `${note}; openssl speed sets no key up and crosses no language` },
        }),
        await compare({ name: '÷ the same calls of node:crypto', goal: null, peer: bare, ...shared, note }),
      ];
    } finally {
      await program.stop();
    }
  },
};
