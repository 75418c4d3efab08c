import { runPaidOrder } from './paid-order.mjs';

await runPaidOrder();
