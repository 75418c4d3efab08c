/** Where the wishes of a registration wait. A file of its own: every start asks for it, few go on to load the rest. */
export const WISHES = 'openswipe.wishes';
