import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { buildPages, launchBrowser, TerminalPages } from './pages.js';
import { ScriptedGateway } from './scripted-gateway.js';

/** The pages as they are shipped: a folder. */
export let built: string;
/** Of this test alone. */
export let gateway: ScriptedGateway;
/** A person at a terminal of that gateway, who has opened no page yet. */
export let pages: TerminalPages;
let browser: Browser;

// Whoever imports this has the pages built once, and a gateway and a person for each test.
beforeAll(async () => {
  built = await buildPages();
  browser = await launchBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await rm(built, { recursive: true, force: true });
});

beforeEach(async () => {
  gateway = new ScriptedGateway(built);
  pages = new TerminalPages(browser, await gateway.listen(), gateway.account);
});

afterEach(async () => {
  await pages.context.close();
  await gateway.close();
  expect(pages.complaints).toEqual([]);
});
