/** What to do next; the page offers the button that fits. */
export type NextStep = 'again' | 'other-card' | 'back' | 'log-in';

export interface Reason {
  readonly what: string;
  readonly todo: string;
}

const sentence = (what: string, todo: string): Reason => ({ what, todo });

/** A sentence for every code a person can meet: what happened, and what to do. */
export const reasonsEn = {
  'ORDERS.EXPIRED': sentence('The order has expired.', 'Order again at the shop.'),
  'ORDERS.CLAIMED_BY_OTHER_TERMINAL': sentence(
    'Another terminal of this account has taken this order.',
    'Pay there, or wait until it lets go.',
  ),
  'ORDERS.NOT_CLAIMED': sentence('The time for this payment ran out.', 'Confirm the order again.'),
  'ORDERS.ALREADY_PAYING': sentence('A payment of this order is being processed.', 'Wait for its result.'),
  'ORDERS.ALREADY_PAID': sentence('The order is paid already.', 'There is nothing more to do.'),
  'ORDERS.CANCELED': sentence('The order was canceled.', 'Order again at the shop if you still want it.'),
  'ORDERS.NOT_FOUND': sentence('This account has no such order.', 'Go back to the orders.'),
  'TRANSACTIONS.KSN_REPLAYED': sentence('The platform has seen this message before.', 'Swipe the card again.'),
  'TRANSACTIONS.AMOUNT_CHANGED': sentence(
    'The amount does not match the order.',
    'Check the amount and confirm the order again.',
  ),
  'TRANSACTIONS.DIGEST_MISMATCH': sentence(
    'The order does not match what was confirmed.',
    'Check it and confirm again.',
  ),
  'TRANSACTIONS.SUBMISSION_INVALID': sentence('The platform could not read the message.', 'Swipe the card again.'),
  'TRANSACTIONS.NOT_VERIFIED_IN_TIME': sentence('The check took too long and was given up.', 'Swipe the card again.'),
  'TRANSACTIONS.NOT_ASSESSED_IN_TIME': sentence('The payment took too long and was given up.', 'Swipe the card again.'),
  'TRANSACTIONS.PIN_REPLAYED': sentence('The PIN was not entered for this payment.', 'Swipe the card again.'),
  'CARD.ENVELOPE_FORGED': sentence(
    'The encrypted message could not be verified.',
    'Try again. If it happens again, log out and in, so that this terminal gets new keys.',
  ),
  'CARD.ENVELOPE_INVALID': sentence('The encrypted message could not be read.', 'Swipe the card again.'),
  'CARD.SUITE_UNKNOWN': sentence(
    'The platform does not know this kind of encryption.',
    'Close all pages of this terminal and open it again to update it.',
  ),
  'CARD.KSN_INVALID': sentence('The keys of this terminal are not accepted.', 'Log out and in to set it up again.'),
  'CARD.KEY_EXHAUSTED': sentence('The keys of this terminal are used up.', 'Log out and in to set it up again.'),
  'CARD.TRACK2_INVALID': sentence('The card could not be read.', 'Swipe it again.'),
  'CARD.PAN_INVALID': sentence('The card number is not valid.', 'Swipe again, or use another card.'),
  'CARD.PIN_INVALID': sentence('A PIN has 4 to 12 digits.', 'Enter the PIN again.'),
  'RISK.PIN_WRONG': sentence('The PIN is wrong.', 'Swipe the card and enter the PIN again.'),
  'RISK.PIN_PAD_UNKNOWN': sentence(
    'The platform does not know the PIN pad of this reader.',
    'Use another reader, or one that was sent to you by this platform.',
  ),
  'RISK.PIN_REQUIRED': sentence('The bank wants a PIN for this card.', 'Swipe the card again and enter the PIN.'),
  'RISK.CARD_BLOCKED': sentence('The card is blocked.', 'Use another card and ask your bank.'),
  'RISK.INSUFFICIENT_FUNDS': sentence('There is not enough money on the card.', 'Use another card.'),
  'RISK.CARD_EXPIRED': sentence('The card has expired.', 'Use another card.'),
  'RISK.CARD_UNKNOWN': sentence('The bank does not know this card.', 'Use another card.'),
  'RISK.CARD_DATA_INVALID': sentence('The bank could not read the card.', 'Swipe it again, or use another card.'),
  'RISK.AMOUNT_LIMIT': sentence('The amount is above the limit.', 'Use another card.'),
  'RISK.VELOCITY': sentence('Too many payments in a short time.', 'Wait a while, or use another card.'),
  'RISK.DECLINED_BY_ISSUER': sentence('The bank has declined.', 'Use another card, or ask your bank.'),
  'RISK.ISSUER_UNAVAILABLE': sentence('The bank cannot be reached.', 'Try again later, or use another card.'),
  'RISK.BIOMETRIC_REQUIRED': sentence(
    'The bank wants a fingerprint or face check for this card.',
    'Try again; this terminal then asks for it.',
  ),
  'RISK.SIGNATURE_REQUIRED': sentence('The bank wants a signature.', 'Try again and sign.'),
  'RISK.DECLINED_BY_CARD': sentence('The chip of this card refused the payment.', 'Use another card.'),
  'CARD.READER_DATA_INVALID': sentence(
    'What the reader encrypted could not be read.',
    'Swipe or insert the card again.',
  ),
  'RISK.CRYPTOGRAM_WRONG': sentence('The bank did not accept the chip of this card.', 'Use another card.'),
  'RISK.CRYPTOGRAM_REPLAYED': sentence('The chip was read for an earlier payment.', 'Put the card in again.'),
  'RISK.FALLBACK_REFUSED': sentence('The bank wants the chip of this card.', 'Use a chip card reader.'),
  'TRANSACTIONS.READER_KEYS_MISSING': sentence(
    'The platform does not have the key of this reader.',
    'Connect another reader.',
  ),
  'TRANSACTIONS.CHIP_MISMATCH': sentence('The chip was read for another payment.', 'Put the card in again.'),
  'ACCOUNTS.READER_LOST': sentence('This reader was reported lost.', 'Connect another reader.'),
  'ACCOUNTS.READER_FOREIGN': sentence('This reader belongs to another account.', 'Connect your own reader.'),
  'ACCOUNTS.BIOMETRIC_UNKNOWN': sentence(
    'The fingerprint or face of this terminal is not registered.',
    'Register it in your account, then try again.',
  ),
  'ACCOUNTS.BIOMETRIC_WRONG': sentence('The fingerprint or face check did not hold.', 'Try again.'),
  'ACCOUNTS.CREDENTIALS_WRONG': sentence('E-mail or password is wrong.', 'Check both and try again.'),
  'ACCOUNTS.EMAIL_TAKEN': sentence('This e-mail is registered already.', 'Log in, or use another e-mail.'),
  'ACCOUNTS.PASSWORD_TOO_WEAK': sentence('This password is too easy to guess.', 'Choose a longer one.'),
  'ACCOUNTS.FIELD_INVALID': sentence('Something in the form is not valid.', 'Check the fields and try again.'),
  'ACCOUNTS.TOO_MANY_TRIES': sentence('Too many tries.', 'Wait a few minutes.'),
  'ACCOUNTS.ACCOUNT_NOT_FOUND': sentence('There is no such account.', 'Check the e-mail.'),
  'ACCOUNTS.CERTIFICATE_REQUEST_INVALID': sentence('The keys of this device were not accepted.', 'Try again.'),
  'ACCOUNTS.TERMINAL_NOT_FOUND': sentence('There is no such terminal.', 'Reload the list.'),
  'ACCOUNTS.TERMINAL_REVOKED': sentence('This terminal was signed out.', 'Log in to set it up again.'),
  'ACCOUNTS.TOO_MANY_TERMINALS': sentence('This account has too many terminals.', 'Sign out one that you do not use.'),
  'ACCOUNTS.SESSION_REVOKED': sentence('This session was ended.', 'Log in again.'),
  'ACCOUNTS.REFRESH_TOKEN_INVALID': sentence('Your session has ended.', 'Log in again.'),
  'ACCOUNTS.MOBILE_CODE_WRONG': sentence('This is not the code.', 'Check the message and enter it again.'),
  'ACCOUNTS.MOBILE_CODE_EXPIRED': sentence('The code is not valid any more.', 'Send a new one.'),
  'ACCOUNTS.MOBILE_CODE_TOO_OFTEN': sentence('Too many codes were asked for.', 'Wait a while, then send a new one.'),
  'ACCOUNTS.MOBILE_UNAVAILABLE': sentence(
    'This platform sends no text messages.',
    'You can do without a mobile number.',
  ),
  'ACCOUNTS.READER_NOT_FOUND': sentence('There is no such reader.', 'Check the serial number on its label.'),
  'ACCOUNTS.READER_STATE': sentence(
    'This reader does not allow that at the moment.',
    'Refresh the list and look at its state.',
  ),
  'ACCOUNTS.POSTAL_ADDRESS_MISSING': sentence('There is no address to send it to.', 'Enter one and apply again.'),
  'ACCOUNTS.BIOMETRIC_REGISTRATION_WRONG': sentence('The registration was not accepted.', 'Try again.'),
  'ORDERS.NOT_PENDING': sentence('This order is not open any more.', 'Go back to the orders.'),
  'ORDERS.AMOUNT_INVALID': sentence('This amount is not possible.', 'Enter another amount.'),
  'ORDERS.TEXT_TOO_LONG': sentence('The description is too long.', 'Shorten it.'),
  'ORDERS.PAYEE_INVALID': sentence('This account cannot receive money.', 'Designate a bank account for it first.'),
  'ORDERS.CANCEL_FORBIDDEN': sentence('This order cannot be canceled here.', 'Ask the shop to cancel it.'),
  'ACCOUNTS.PAYEE_NOT_FOUND': sentence('This account cannot receive money.', 'Designate a bank account for it first.'),
  'GATEWAY.SHAPE_INVALID': sentence('Something in the form is not valid.', 'Check the fields and try again.'),
  'GATEWAY.TOO_MANY_REQUESTS': sentence('Too many tries.', 'Wait a minute and try again.'),
  'GATEWAY.TOO_MANY_STREAMS': sentence('This terminal is open in too many pages.', 'Close some of them.'),
  'GATEWAY.TERMINAL_REQUIRED': sentence('This device is not a terminal of the account yet.', 'Log out and in again.'),
  'GATEWAY.ACCESS_TOKEN_INVALID': sentence('Your session has ended.', 'Log in again.'),
  'GATEWAY.CREDENTIAL_MISSING': sentence('Your session has ended.', 'Log in again.'),
  'GATEWAY.REFRESH_TOKEN_MISSING': sentence('Your session has ended.', 'Log in again.'),
  'GATEWAY.UNREACHABLE': sentence('The platform cannot be reached.', 'Check the network and try again.'),
  'GATEWAY.UNAVAILABLE': sentence('The platform is busy at the moment.', 'Try again in a moment.'),
  'TERMINAL.ORDER_CHANGED': sentence(
    'The order is not the one you confirmed.',
    'Nothing was read from your card. Check the order again before you confirm it.',
  ),
  'TERMINAL.NOT_ENROLLED': sentence('The keys of this terminal are not on this device.', 'Log out and in again.'),
  'TERMINAL.KEY_CHECK_FAILED': sentence('The keys of this terminal arrived damaged.', 'Try again.'),
  'TERMINAL.PIN_IMPOSSIBLE': sentence(
    'The bank wants a PIN, and this reader encrypts the card so that no PIN can be entered here.',
    'Connect a reader with a PIN pad, or use a card without PIN.',
  ),
  'TERMINAL.BIOMETRIC_MISSING': sentence('This browser cannot check fingerprint or face.', 'Use another card.'),
  'TERMINAL.BIOMETRIC_UNREGISTERED': sentence(
    'No fingerprint or face is registered on this terminal.',
    'Register it, then pay this order.',
  ),
  'TERMINAL.BIOMETRIC_CANCELED': sentence('The check was not completed.', 'Try again, or stop.'),
  'TERMINAL.SIGNATURE_EMPTY': sentence('There is no signature.', 'Please sign first.'),
  'READER.CONNECT_TIMEOUT': sentence('The reader does not answer.', 'Check the plug and connect again.'),
  'READER.CONNECT_FAILED': sentence('The reader could not be opened.', 'Plug it in again and connect.'),
  'READER.CONNECT_CANCELED': sentence('Connecting was canceled.', 'Connect again.'),
  'READER.NOT_CONNECTED': sentence('The reader is not connected.', 'Connect it.'),
  'READER.MICROPHONE_DENIED': sentence(
    'The page may not listen to the audio jack.',
    'Allow the microphone for this page and connect again.',
  ),
  'READER.MICROPHONE_MISSING': sentence('No audio input was found.', 'Plug the reader in and connect again.'),
  'READER.UNPLUGGED': sentence('The reader was unplugged.', 'Plug it in again.'),
  'READER.NOT_ARMED': sentence('The card was not read: no order was confirmed.', 'Confirm an order first.'),
  'READER.LRC_BAD': sentence('The card was not read cleanly.', 'Swipe it again, steadily.'),
  'READER.PARITY_BAD': sentence('The card was not read cleanly.', 'Swipe it again, steadily.'),
  'READER.NO_TRACK2': sentence('No payment data was found on the stripe.', 'Turn the card round and swipe again.'),
  'READER.TRACK2_UNREADABLE': sentence('The stripe could not be read.', 'Swipe it again, or use another card.'),
  'READER.TRACK2_INVALID': sentence('This is not a payment card.', 'Use a bank card.'),
  'READER.SWIPE_INCOMPLETE': sentence('The swipe stopped too early.', 'Pull the card through to the end.'),
  'READER.SWIPE_TOO_FAST': sentence('The swipe was too fast.', 'Swipe again, more slowly.'),
  'READER.SWIPE_UNSURE': sentence('The card was not read for certain.', 'Swipe it again.'),
  'READER.SWIPE_TOO_SLOW': sentence('The swipe was too slow.', 'Swipe again, faster.'),
  'READER.SWIPE_REVERSED': sentence('The card was swiped backwards.', 'Swipe it the other way.'),
  'READER.SWIPE_NOISY': sentence('The card was not read cleanly.', 'Swipe it again, or use another card.'),
  'READER.REPORT_INVALID': sentence('The reader sent something unexpected.', 'Swipe again, or use another reader.'),
  'READER.PIN_PAD_MISSING': sentence('This reader has no PIN pad.', 'Use another reader, or a card without PIN.'),
  'READER.PIN_CANCELED': sentence('Entering the PIN was canceled.', 'Try again on the reader, or stop.'),
  'READER.PIN_TIMEOUT': sentence('The PIN was not entered in time.', 'Try again on the reader.'),
  'READER.PIN_FAILED': sentence('The PIN pad of the reader failed.', 'Try again on the reader.'),
  'READER.REFUSED': sentence('The reader refuses to read.', 'Unplug it, plug it in again and connect.'),
  'READER.KEYS_EXHAUSTED': sentence('The reader cannot encrypt any more.', 'Use another reader.'),
  'READER.BRIDGE_MISSING': sentence(
    'The reader bridge was not found on this computer.',
    'Start it for this page, then connect again.',
  ),
  'READER.BRIDGE_BUSY': sentence('Another page is using the reader.', 'Close it, then connect again.'),
  'READER.PAIRING_NEEDED': sentence('This page is not paired yet.', 'Enter the code from the window of the bridge.'),
  'READER.PAIRING_WRONG': sentence('The code is wrong.', 'Enter the code from the window of the bridge.'),
  'READER.PAIRING_LOCKED': sentence('Too many wrong codes.', 'Wait a minute, then enter the new code.'),
  'READER.CARD_REMOVED': sentence('The card was taken out too early.', 'Put it in again and leave it in.'),
  'READER.CARD_BUSY': sentence('Another program is using the card.', 'Close it, then put the card in again.'),
  'READER.CARD_SPENT': sentence('The card was used already.', 'Take it out and put it in again.'),
  'READER.CHIP_DECLINED': sentence('The card declined the payment.', 'Use another card, or ask your bank.'),
  'READER.CHIP_UNSUPPORTED': sentence('This card cannot be used here.', 'Use another card.'),
  'READER.CHIP_UNREADABLE': sentence('The chip could not be read.', 'Turn the card round, or use another card.'),
  'READER.HID_MISSING': sentence('This browser cannot use USB readers.', 'Use Chrome or Edge, or another reader.'),
  'READER.NOT_CHOSEN': sentence('No reader was chosen.', 'Connect again and choose yours in the list.'),
  'READER.AMOUNT_TOO_LARGE': sentence('The amount is too large for this reader.', 'Use another reader.'),
  OTHER: sentence('It did not work.', 'Try again. If it goes on, give this code to support: {code}.'),
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof reasonsEn;

const OTHER_CARD = /^RISK\.(CARD_|CRYPTOGRAM_WRONG|INSUFFICIENT|AMOUNT_LIMIT|DECLINED|ISSUER_UN|VELOCITY)|^CARD\.PAN/;
const BACK = /^ORDERS\.(EXPIRED|ALREADY|CANCELED|NOT_FOUND|NOT_PENDING|CLAIMED)/;
const LOG_IN = new RegExp(
  [
    /^CARD\.(KSN|KEY_EX)/,
    /^TERMINAL\.NOT_ENROLLED/,
    /^ACCOUNTS\.(TERMINAL_REVOKED|SESSION|REFRESH)/,
    /^GATEWAY\.(ACCESS|CRED|REFRESH|TERMINAL)/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/** The step that `todo` of this code speaks of. */
export function nextStepOf(code: string): NextStep {
  if (OTHER_CARD.test(code)) return 'other-card';
  if (BACK.test(code)) return 'back';
  return LOG_IN.test(code) ? 'log-in' : 'again';
}
