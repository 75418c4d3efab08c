import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccountsClient } from '@openswipe/contracts';
import { RemoteService } from '@openswipe/service-kit';
import { Problem, TerminalApi } from '@openswipe/terminal-web';
import { HeadlessTerminal } from './headless-terminal.mjs';

/**
 * @typedef {object} Seed
 * @property {{ id: string, name: string, secretKey: string, webhookSecret: string }} merchant
 */

const PASSWORD = 'swipe-the-card-2026';

/** The two demo account holders: one pays, one collects. */
export const HOLDERS = {
  shopper: { email: 'shopper@openswipe.example', password: PASSWORD },
  seller: { email: 'seller@openswipe.example', password: PASSWORD },
};

/** @type {Record<keyof typeof HOLDERS, Omit<import('@openswipe/terminal-web').Registration, 'email' | 'password'>>} */
const PEOPLE = {
  shopper: {
    displayName: 'Demo shopper',
    locale: 'zh-CN',
    mobile: '13800000001',
    postalAddress: {
      recipient: 'Demo shopper',
      addressLines: ['中山东一路 1 号'],
      city: '上海',
      postalCode: '200002',
      country: 'CN',
    },
    bankAccount: { bankCode: '102100099996', accountNumber: '6222020200000000001', holder: 'Demo shopper' },
  },
  seller: {
    displayName: 'Demo seller',
    locale: 'en',
    bankAccount: { bankCode: '105100000017', accountNumber: '6217000000000000002', holder: 'Demo seller' },
  },
};

/** @param {import('./stack.mjs').Stack} stack */
const createMerchant = async ({ installation: { addresses } }) => {
  const accounts = new RemoteService(AccountsClient, /** @type {string} */ (addresses.grpc['accounts']));
  try {
    const created = await accounts.call.createMerchant({
      name: 'Openswipe tea shop',
      email: 'shop@openswipe.example',
      bankAccount: { bankCode: '103100000026', accountNumber: '6228480000000000003', holder: 'Openswipe tea shop' },
      webhookUrl: `http://${addresses.shop}/webhooks`,
      idempotencyKey: randomUUID(),
    });
    if (!created.merchant) throw new Error('accounts created no merchant');
    const { secretKey, webhookSecret } = created;
    return { ...created.merchant, secretKey, webhookSecret };
  } finally {
    accounts.close();
  }
};

/**
 * The merchant whose shop this installation runs; made once. Its webhook goes to the shop's address at that time, so
 * the shop's port is kept with it.
 * @param {import('./stack.mjs').Stack} stack
 * @returns {Promise<Seed>}
 */
export const seedMerchant = async (stack) => {
  const file = join(stack.installation.dataDir, 'seed.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const seed = { merchant: await createMerchant(stack) };
  writeFileSync(`${file}.new`, JSON.stringify(seed, null, 2), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return seed;
};

/** @param {string} url @param {keyof typeof HOLDERS} holder */
const register = async (url, holder) => {
  try {
    await new TerminalApi({ baseUrl: url }).register({ ...HOLDERS[holder], ...PEOPLE[holder] });
  } catch (fault) {
    if (!(fault instanceof Problem) || fault.code !== 'ACCOUNTS.EMAIL_TAKEN') throw fault;
  }
};

/** @param {string} dataDir */
export const terminalFolder = (dataDir) => join(dataDir, 'terminals');

/**
 * Registers both account holders and enrols a terminal for each; opens what is there the next time.
 * @param {import('./stack.mjs').Stack} stack
 */
export const seedHolders = async ({ url, installation: { dataDir } }) => {
  const open = async (/** @type {keyof typeof HOLDERS} */ holder) => {
    await register(url, holder);
    return HeadlessTerminal.open({ url, folder: terminalFolder(dataDir), logIn: HOLDERS[holder] });
  };
  return { shopper: await open('shopper'), seller: await open('seller') };
};
