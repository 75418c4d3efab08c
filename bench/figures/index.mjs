import { kafkaClients } from './kafka-clients.mjs';
import { p1 } from './p1-settled.mjs';
import { p2 } from './p2-ledger.mjs';
import { p3 } from './p3-gateway.mjs';
import { p4 } from './p4-latency.mjs';
import { p5 } from './p5-envelopes.mjs';
import { p6 } from './p6-growth.mjs';
import { p7 } from './p7-memory.mjs';
import { p8 } from './p8-start.mjs';
import { p9 } from './p9-first-load.mjs';

/** @type {readonly (import('./figure.mjs').Figure & { isExtra?: boolean })[]} */
export const FIGURES = [p1, p2, p3, p4, p5, p6, p7, p8, p9, kafkaClients];
