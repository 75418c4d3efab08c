/** States of a transaction that nothing leaves. */
export const FINAL = ['settled', 'declined', 'rejected', 'reversed'];

/** int64, whatever the driver made of it. @param {any} value */
export const big = (value) => BigInt(String(value ?? 0));
