import { describe, expect, it } from '@jest/globals';
import { ConfigurationProblem, baseConfig, loadConfig } from '@openswipe/service-kit';
import { readFileSync } from 'node:fs';
import { riskConfig } from './config.js';

const environment = {
  KAFKA_BROKERS: 'localhost:9092',
  MONGO_URL: 'mongodb://localhost',
  MONGO_DATABASE: 'openswipe_risk',
  GRPC_LISTEN: '127.0.0.1:1',
  HTTP_LISTEN: '127.0.0.1:2',
  MASTER_KEY: 'ab'.repeat(32),
  KEY_BLOCKS: JSON.stringify({ 'pin-bdk': 'D1', 'zone-card-data': 'D2', 'issuer-pin': 'D3' }),
};

describe('the configuration', () => {
  it('needs no more than keys, broker, database and addresses', () =>
    expect(loadConfig(riskConfig, environment)).toMatchObject({
      AMOUNT_LIMIT_MINOR: 5_000_000n,
      VELOCITY_MAX: 30,
      PIN_BDK_ID: '4f535031',
      ISSUER_SIMULATOR_RESET: false,
      ISSUER_TABLE: [],
      FALLBACK: 'allow',
    }));

  it('takes other generations of its keys', () => {
    const blocks = { ...JSON.parse(environment.KEY_BLOCKS), 'pin-bdk:4f535030': 'D4', 'zone-card-data:01': 'D5' };
    expect(loadConfig(riskConfig, { ...environment, KEY_BLOCKS: JSON.stringify(blocks) }).KEY_BLOCKS).toEqual(blocks);
  });

  it('takes a blocklist of tokens and BINs', () => {
    const { CARD_BLOCKLIST } = loadConfig(riskConfig, { ...environment, CARD_BLOCKLIST: 'card_1, 40000000,' });
    expect([...CARD_BLOCKLIST]).toEqual(['card_1', '40000000']);
  });

  it("takes the issuers' table", () => {
    const table = [{ bin: '622588', checks: ['pin', 'biometric', 'signature'] }];
    const config = loadConfig(riskConfig, { ...environment, ISSUER_TABLE: JSON.stringify(table) });
    expect(config.ISSUER_TABLE).toEqual(table);
  });

  it.each([
    ['MASTER_KEY', 'secret'],
    ['KEY_BLOCKS', '{"pin-bdk":"D1secret"}'],
    ['KEY_BLOCKS', 'secret'],
    ['AMOUNT_LIMIT_MINOR', '12.5secret'],
    ['FALLBACK', 'secret'],
    ['ISSUER_TABLE', 'secret'],
    ['ISSUER_TABLE', '{"bin":"622588","checks":["secret"]}'],
    ['ISSUER_TABLE', '[{"bin":"622588","checks":["secret"]}]'],
    ['ISSUER_TABLE', '[{"bin":"secret","checks":[]}]'],
    ['ISSUER_TABLE', '[{"bin":"622588","checks":[],"more":1}]'],
    ['ISSUER_TABLE', '[{"bin":"622588","checks":[]},{"bin":"622588","checks":["pin"]}]'],
  ])('names %s where it is not usable, and never its value', (name, value) => {
    const load = () => loadConfig(riskConfig, { ...environment, [name]: value });
    expect(load).toThrow(ConfigurationProblem);
    expect(load).toThrow(expect.objectContaining({ message: expect.stringContaining(name) }));
    expect(load).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
  });

  it('is in the README, variable by variable, and what all services share in the architecture', () => {
    const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
    const [own, common] = [read('../README.md'), read('../../../docs/ARCHITECTURE.md')];
    const missing = Object.keys(riskConfig.shape).filter(
      (name) => !(name in baseConfig.shape ? common : own).includes(`\`${name}\``),
    );
    expect(missing).toEqual([]);
  });
});
