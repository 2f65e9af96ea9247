import { NavLink } from '@mantine/core';
import { Link, useLocation } from 'react-router';
import { Icon } from '../shared/icons.tsx';
import { isWithin, navigationItems } from './navigation-items.ts';

type Props = {
  readonly isAdmin: boolean;
  /** Told when one was chosen: on a phone the list closes. */
  readonly onChosen: () => void;
};

export function Navigation({ isAdmin, onChosen }: Props) {
  const { pathname } = useLocation();
  return navigationItems
    .filter(({ forAdmins }) => !forAdmins || isAdmin)
    .map(({ to, label, icon }) => {
      const isHere = isWithin(pathname, to);
      return (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={label}
          leftSection={<Icon name={icon} />}
          active={isHere}
          aria-current={isHere ? 'page' : undefined}
          onClick={onChosen}
        />
      );
    });
}
