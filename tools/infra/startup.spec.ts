import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startChild } from './child.mjs';
import { ensureChromium } from './chromium.mjs';
import { ensureJava, startInfra } from './index.mjs';
import { claimPort } from './ports.mjs';

const { PATH, KAFKA_BROKERS, MONGO_URL, CHROMIUM_PATH } = process.env;
const given = { PATH, KAFKA_BROKERS, MONGO_URL, CHROMIUM_PATH };
let server: Server | undefined;

afterEach(() => {
  server?.close();
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const takenPort = () =>
  new Promise<number>((resolve) => {
    server = createServer();
    server.listen(0, '127.0.0.1', () => resolve((server?.address() as AddressInfo).port));
  });

const folder = mkdtempSync(join(tmpdir(), 'openswipe-startup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newFolder = () => mkdtempSync(join(folder, 'one-'));

const shell = (script: string) =>
  startChild({
    name: 'The thing',
    command: 'sh',
    args: ['-c', script],
    logFile: join(newFolder(), 'log'),
    ready: /^up$/,
    faults: [],
  });

describe('starting the local infrastructure', () => {
  it('says in a sentence which port is taken and for what', async () => {
    const port = await takenPort();
    await expect(claimPort('Kafka', port)).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message:
        `Port ${port} on 127.0.0.1, needed by Kafka, is used by another program; ` +
        'stop that program or choose another port.',
    });
  });

  it('uses the cluster and the database that the environment names, and starts nothing', async () => {
    Object.assign(process.env, { KAFKA_BROKERS: 'kafka.example:9092', MONGO_URL: 'mongodb://db.example:27017' });
    const infra = await startInfra({ dataDir: '/nowhere/at/all' });
    expect(infra).toMatchObject({
      kafkaBrokers: 'kafka.example:9092',
      mongoUrl: 'mongodb://db.example:27017',
      processes: [],
    });
  });

  it('says which tool is missing when it cannot install a JDK', async () => {
    process.env['PATH'] = newFolder();
    await expect(ensureJava()).rejects.toMatchObject({
      code: 'JAVA_MISSING',
      message: expect.stringContaining('java of version 17 or later'),
    });
  });

  it('says that the disk is full when the process says so', async () => {
    await expect(shell('echo java.io.IOException: No space left on device; exit 1')).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
  });

  it('names the log of a process that ends before it serves', async () => {
    await expect(shell('exit 3')).rejects.toMatchObject({
      code: 'PROCESS_FAILED',
      message: expect.stringMatching(/^The thing ended with code 3; its log is .*log\.$/),
    });
  });

  it('says that a program cannot be started at all', async () => {
    const start = startChild({
      name: 'Nothing',
      command: '/no/such/program',
      args: [],
      logFile: join(newFolder(), 'log'),
      ready: /up/,
      faults: [],
    });
    await expect(start).rejects.toMatchObject({ message: expect.stringContaining('Nothing cannot be started') });
  });

  it('holds a real mongod and stops it cleanly when there is one on the PATH', async () => {
    const folder = newFolder();
    const fake = join(folder, 'mongod');
    const script = '#!/bin/sh\n[ "$1" = --version ] && exit 0\ntrap "echo stopped; exit 0" TERM\n';
    writeFileSync(fake, `${script}echo Waiting for connections\nwhile :; do sleep 0.05; done\n`);
    chmodSync(fake, 0o755);
    Object.assign(process.env, { PATH: [folder, PATH].join(delimiter), KAFKA_BROKERS: 'kafka.example:9092' });
    delete process.env['MONGO_URL'];
    const infra = await startInfra({ dataDir: join(folder, 'data') });
    await infra.stop();
    expect(readFileSync(infra.processes[0]?.logFile ?? '', 'utf8')).toBe('Waiting for connections\nstopped\n');
  });
});

describe('the browser', () => {
  it('is the one that CHROMIUM_PATH names', async () => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'chromium'), '');
    process.env['CHROMIUM_PATH'] = join(folder, 'chromium');
    await expect(ensureChromium()).resolves.toBe(join(folder, 'chromium'));
  });

  it('is missed in a sentence when CHROMIUM_PATH names nothing', async () => {
    process.env['CHROMIUM_PATH'] = '/no/chromium';
    await expect(ensureChromium()).rejects.toMatchObject({ code: 'CHROMIUM_MISSING' });
  });
});
