import type { TextStorage } from '../account/device-session.js';
import type { BridgePairing } from '../reader/pcsc-bridge-reader.js';

const TOKEN = 'openswipe.bridge';

/** The token of the bridge, for as long as this tab is open: a reload asks for no second code. */
export const keptPairing = (texts: TextStorage): BridgePairing => ({
  token: () => texts.getItem(TOKEN) ?? undefined,
  keep: (token) => (token === undefined ? texts.removeItem(TOKEN) : texts.setItem(TOKEN, token)),
});
