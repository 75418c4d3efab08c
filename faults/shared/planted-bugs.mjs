import { MESSAGE_BUGS } from './planted-message-bugs.mjs';
import { MONEY_BUGS } from './planted-money-bugs.mjs';

/**
 * A mistake put into the composition from outside, as a person could make it. The suite must find each.
 * @typedef {object} PlantedBug
 * @property {string} name
 * @property {string} breaks the promise
 * @property {string} cell where it shows
 * @property {(service: string, token: string, part: any) => any} [onPart] gives another part instead of this one
 * @property {(platform: any) => void} [onPlatform]
 */

/** @type {readonly PlantedBug[]} */
export const PLANTED_BUGS = [...MESSAGE_BUGS, ...MONEY_BUGS];
