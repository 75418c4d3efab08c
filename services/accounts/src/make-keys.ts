import { makeKeys } from './ca/make-keys.js';

// Prints fresh secrets as JSON, for whoever sets this service up the first time.
process.stdout.write(`${JSON.stringify(makeKeys(new Date()))}\n`);
