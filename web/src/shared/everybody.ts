/** In the address of the builds, in place of a user's name: no user has it. */
export const everybody = '*';
