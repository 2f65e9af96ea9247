type Asked = { readonly data: unknown; readonly error: unknown };

/** Whether it is known what to show. Sections below each other wait for the last of them: none moves another when it comes. */
export function hasAnswer({ data, error }: Asked): boolean {
  return data !== undefined || error !== null;
}
