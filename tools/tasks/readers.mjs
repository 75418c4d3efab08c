import { run } from '../command.mjs';

const FIRST_LINE =
  'All inputs are synthetic, made by the published layouts; no hardware and no recorded reader was used.';
const NOTES = [
  'wrong: a card reported that is not the one put in, or any card from an input that must be refused.',
  'encrypted: KSN and ciphertext must come out as put in. Of MagTek readers these have no check in the layout: noise',
  'that looks like a ciphertext is refused by the platform, which has the key, and is not tried here.',
  'chip card bridge: a scripted card program and bridge; with a virtual reader it has tests of its own.',
];

/**
 * Tries every reader driver and prints what came of it; fails if one reported a wrong card.
 * @param {string[]} argv swipes of the audio corpus, inputs of every other group, seed
 */
export default async ([swipes = '2000', each = '200', seed = '20120750']) => {
  const built = await run('tsc', ['-b', 'clients/terminal-web'], { quiet: true });
  if (!built.ok) {
    console.error(built.output.trimEnd());
    return 1;
  }
  const { tableOf, Tally, trials } = await import('@openswipe/terminal-web/reader/trials');
  console.log(FIRST_LINE);
  const tally = new Tally();
  const counts = { swipes: Number(swipes), each: Number(each), seed: Number(seed) };
  for await (const trial of trials(counts)) tally.count(trial);
  console.log(`\n${tableOf(tally)}\n\n${NOTES.join('\n')}`);
  return tally.total.wrong === 0 ? 0 : 1;
};
