import type { IconName } from '../shared/icons.tsx';

export type NavigationItem = {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
  readonly forAdmins?: boolean;
};

export const navigationItems: readonly NavigationItem[] = [
  { to: '/', label: 'Home', icon: 'home' },
  { to: '/builds', label: 'Builds', icon: 'list' },
  { to: '/new', label: 'New build', icon: 'plus' },
  { to: '/images', label: 'Images', icon: 'box' },
  { to: '/account', label: 'Account', icon: 'person' },
  { to: '/admin', label: 'Admin', icon: 'gauge', forAdmins: true },
];

/** A page belongs to the item whose path it is at or below; everything is below the home page, which counts for itself. */
export function isWithin(pathname: string, to: string): boolean {
  return to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`);
}
