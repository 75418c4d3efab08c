import type { Order } from '../gateway/order.js';
import { codeOf } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';

const CATCH_UP_LIMIT_MS = 5_000;
const ASK_AGAIN_MS = 150;

/**
 * Claims the order for this terminal. The end of a failed transaction is told to the terminal and to the order side by
 * side: a person who tries again at once may be a moment ahead of the order, which still says that it is being paid.
 * Throws Problem `ORDERS.ALREADY_PAYING` if it still does after five seconds, and what else forbids the claim.
 */
export async function claimOrder(api: TerminalApi, orderId: string): Promise<Order> {
  for (const end = Date.now() + CATCH_UP_LIMIT_MS; ;) {
    try {
      return await api.claim(orderId);
    } catch (error) {
      if (codeOf(error) !== 'ORDERS.ALREADY_PAYING' || Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}
