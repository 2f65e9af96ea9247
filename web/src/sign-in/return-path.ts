type Place = { readonly pathname: string; readonly search: string; readonly hash: string };

/** The sign-in page, which leads back to where one was. */
export function toSignInPath({ pathname, search, hash }: Place): string {
  const place = `${pathname}${search}${hash}`;
  return place === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(place)}`;
}

/** Where to go after signing in: a page of these, whatever somebody has put into the address. */
export function readReturnPath(search: URLSearchParams): string {
  const wish = search.get('to') ?? '/';
  const here = 'http://localhost';
  if (!wish.startsWith('/') || !URL.canParse(wish, here)) return '/';
  const { origin, pathname, search: query, hash } = new URL(wish, here);
  return origin === here && !pathname.startsWith('//') ? pathname + query + hash : '/';
}
