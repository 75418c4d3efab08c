/** Every legal move of an order; what is not here cannot happen (DESIGN §3). */
export const LEGAL_MOVES = {
  created: ['pending', 'canceled', 'expired'],
  pending: ['claimed', 'canceled', 'expired'],
  claimed: ['pending', 'claimed', 'paying', 'canceled', 'expired'],
  paying: ['paid', 'claimed', 'expired'],
  paid: ['partially_refunded', 'refunded'],
  partially_refunded: ['partially_refunded', 'refunded'],
  refunded: [],
  canceled: [],
  expired: [],
} as const;

export type OrderStatus = keyof typeof LEGAL_MOVES;

export const ORDER_STATUSES = Object.keys(LEGAL_MOVES) as [OrderStatus, ...OrderStatus[]];

/** Orders that wait in the inbox of their account. */
export const INBOX_STATUSES: readonly OrderStatus[] = ['pending', 'claimed', 'paying'];

/** Orders whose time may run out; one that is being paid is left alone until its transaction has ended. */
export const EXPIRABLE_STATUSES: readonly OrderStatus[] = ['created', 'pending', 'claimed'];

export const canMove = (from: OrderStatus, to: OrderStatus): boolean =>
  (LEGAL_MOVES[from] as readonly OrderStatus[]).includes(to);
