const { now } = Date;
const RealDate = Date;
let offsetMs = 0;
let installed = false;

/** Moves the wall clock of this process; timers and the monotonic clock go on as they are. @param {number} ms */
export const shiftClock = (ms) => {
  offsetMs = ms;
  if (installed) return;
  installed = true;
  Date.now = () => now() + offsetMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, by) => Reflect.construct(target, given.length === 0 ? [Date.now()] : given, by),
  });
};
