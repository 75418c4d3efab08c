import { describe, expect, it } from '@jest/globals';
import { unwrapKeyBlock, wrapKeyBlock } from '@openswipe/card/host';
import { Sensitive } from '@openswipe/kernel';
import { announce, retire, use } from './key-rotation.mjs';
import { KEYS_OF, USES, type KeyId, type Secrets } from './secrets.mjs';

const masterOf = (fill: number) => new Sensitive(new Uint8Array(32).fill(fill));
const MASTERS: Record<string, ReturnType<typeof masterOf>> = { transactions: masterOf(1), risk: masterOf(2) };

/** As a first installation has them: one key of each id. */
const fresh = (): Secrets =>
  Object.fromEntries(
    Object.entries(MASTERS).map(([service, master], at) => {
      const blocks = (KEYS_OF[service] ?? []).map((id: KeyId) => {
        const { length, ...header } = USES[id];
        const key = new Sensitive(new Uint8Array(length).fill(at + 10));
        return [id, wrapKeyBlock(master, { ...header, keyVersion: '00', exportability: 'N' }, key)];
      });
      const MASTER_KEY = Buffer.from(master.reveal('test')).toString('hex');
      return [service, { MASTER_KEY, KEY_BLOCKS: JSON.stringify(Object.fromEntries(blocks)) }];
    }),
  );

const blocksOf = (secrets: Secrets, service: string): Record<string, string> =>
  JSON.parse(secrets[service]?.['KEY_BLOCKS'] ?? '{}');
const namesOf = (secrets: Secrets, service: string, id: string): string[] =>
  Object.keys(blocksOf(secrets, service))
    .filter((name) => name.split(':')[0] === id)
    .sort();
const open = (secrets: Secrets, service: string, name: string) => {
  const { key, attributes } = unwrapKeyBlock(
    MASTERS[service] as ReturnType<typeof masterOf>,
    blocksOf(secrets, service)[name] ?? '',
  );
  return { version: attributes.keyVersion, hex: Buffer.from(key.reveal('test')).toString('hex') };
};

describe('rotating a key of versions', () => {
  const id = 'zone-card-data';

  it('announces the same new key to every service that has it, under its own master key', async () => {
    const announced = await announce(fresh(), id);
    for (const service of ['transactions', 'risk']) {
      expect(namesOf(announced, service, id)).toEqual([id, `${id}:01`]);
      expect(open(announced, service, `${id}:01`)).toEqual({
        version: '01',
        hex: open(announced, 'risk', `${id}:01`).hex,
      });
      expect(open(announced, service, id).version).toBe('00');
    }
  });

  it('uses it, keeps the one before, and forgets that at last; then the next one follows', async () => {
    const announced = await announce(fresh(), id);
    const used = use(announced, id);
    expect(namesOf(used, 'risk', id)).toEqual([id, `${id}:00`]);
    expect(open(used, 'risk', id)).toEqual(open(announced, 'risk', `${id}:01`));
    expect(open(used, 'risk', `${id}:00`)).toEqual(open(announced, 'risk', id));
    const retired = retire(used, id);
    expect(namesOf(retired, 'risk', id)).toEqual([id]);
    expect(namesOf(await announce(retired, id), 'risk', id)).toEqual([id, `${id}:02`]);
  });
});

describe('rotating a BDK', () => {
  it.each([
    ['transactions', 'data-bdk', 'DATA_BDK_ID', '4f534431', '4f534432'],
    ['risk', 'pin-bdk', 'PIN_BDK_ID', '4f535031', '4f535032'],
  ])('of %s goes by BDK ids', async (service, id, variable, first, second) => {
    const before = fresh();
    const announced = await announce(before, id);
    expect(namesOf(announced, service, id)).toEqual([`${id}:${first}`, `${id}:${second}`]);
    expect(open(announced, service, `${id}:${first}`)).toEqual(open(before, service, id));
    expect(announced[service]?.[variable]).toBeUndefined();
    const used = use(announced, id);
    expect(used[service]?.[variable]).toBe(second);
    expect(blocksOf(used, service)).toEqual(blocksOf(announced, service));
    const retired = retire(used, id);
    expect(namesOf(retired, service, id)).toEqual([`${id}:${second}`]);
    expect(() => use(retired, id)).toThrow(`no other ${id} has been announced`);
  });
});

describe('what is not rotated', () => {
  it('keeps every key of the vault', async () =>
    expect(() => retire(fresh(), 'vault')).toThrow('cards in the vault are kept under'));

  it('refuses an index that nothing else would find, and what nobody knows', async () => {
    for (const id of ['vault-index', 'issuer-pin', 'nothing']) {
      await expect(announce(fresh(), id)).rejects.toThrow(`${id} cannot be rotated`);
      expect(() => use(fresh(), id)).toThrow(`${id} cannot be rotated`);
    }
  });

  it('uses no key that was not announced', () =>
    expect(() => use(fresh(), 'zone-card-data')).toThrow('no other zone-card-data has been announced'));

  it('leaves the other keys and services as they are', async () => {
    const before = fresh();
    const after = use(await announce(before, 'pin-bdk'), 'pin-bdk');
    expect(after['transactions']).toEqual(before['transactions']);
    expect(blocksOf(after, 'risk')['zone-card-data']).toBe(blocksOf(before, 'risk')['zone-card-data']);
  });
});
