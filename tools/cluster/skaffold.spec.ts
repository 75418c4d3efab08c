import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { ROOT } from '../command.mjs';
import { SERVICES } from './rendered-chart.js';

/** Skaffold's own schema; where it is not at hand the file is read and compared with the charts only. */
const SCHEMA = process.env['SKAFFOLD_SCHEMA'] ?? join(ROOT, '..', 'shared', 'skaffold', 'v4beta13.json');

interface Artifact {
  readonly image: string;
  readonly custom: { readonly buildCommand: string };
}

const skaffold = parse(readFileSync(join(ROOT, 'skaffold.yaml'), 'utf8'), { merge: true });
const profile = (name: string): { build: { artifacts: Artifact[] }; patches: object[] } =>
  skaffold.profiles.find((one: { name: string }) => one.name === name);
const IMAGES = [...SERVICES, 'paid-order', 'dev-deps'].map((name) => `openswipe-${name}`);

describe('skaffold.yaml', () => {
  const hasSchema = existsSync(SCHEMA);
  if (!hasSchema) console.warn(`${SCHEMA} is not there: skaffold.yaml is not checked against it (SKAFFOLD_SCHEMA).`);

  (hasSchema ? it : it.skip)('is valid by the schema of skaffold/v4beta13', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    expect(validate(skaffold) || validate.errors).toBe(true);
    expect(validate({ ...skaffold, bild: {} })).toBe(false);
  });

  it.each(['default', 'dev'])('builds the images of all services by our own script (%s)', (name) => {
    const { artifacts } = name === 'dev' ? profile('dev').build : skaffold.build;
    expect(artifacts.map(({ image }: Artifact) => image)).toEqual(IMAGES);
    for (const { custom } of artifacts as Artifact[])
      accessSync(join(ROOT, custom.buildCommand.split(' ').at(-1) ?? ''), constants.X_OK);
  });

  it('hands each image to the chart', () => {
    const [devDeps, openswipe] = skaffold.deploy.helm.releases;
    const handed = Object.values({ ...devDeps.setValueTemplates, x: '' }).concat(
      Object.values(openswipe.setValueTemplates),
    );
    for (const image of IMAGES) expect(handed).toContain(`{{.IMAGE_FULLY_QUALIFIED_${image.replaceAll('-', '_')}}}`);
  });

  it('has the profiles dev, ci and debug', () => {
    expect(skaffold.profiles.map(({ name }: { name: string }) => name)).toEqual(['dev', 'ci', 'debug']);
  });
});
