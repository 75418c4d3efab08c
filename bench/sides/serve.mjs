/**
 * The program's end of the channel to the process that measures it; says that it is ready.
 * @param {Record<string, (argument: any) => unknown>} methods
 */
export const serve = (methods) => {
  // The other end may have gone: then nobody waits for the answer.
  const send = (/** @type {object} */ message) => process.send?.(message, () => undefined);
  process.on('message', (/** @type {{ id: number, method: string, argument: unknown }} */ { id, method, argument }) => {
    Promise.resolve()
      .then(() => methods[method]?.(argument))
      .then(
        (value) => send({ id, value }),
        (fault) => send({ id, error: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) }),
      );
  });
  process.once('disconnect', () => process.exit(0));
  process.once('SIGTERM', () => process.exit(0));
  send({ id: 0 });
};
