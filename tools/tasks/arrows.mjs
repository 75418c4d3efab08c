import { run } from '../command.mjs';

/** Imports go inward only; .dependency-cruiser.mjs says what that means. */
export const checkArrows = ({ quiet = true } = {}) =>
  run('depcruise', ['packages', 'services', 'clients', '--config', '.dependency-cruiser.mjs'], { quiet });

export default async () => ((await checkArrows({ quiet: false })).ok ? 0 : 1);
