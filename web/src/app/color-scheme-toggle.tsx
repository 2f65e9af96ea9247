import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from '@mantine/core';
import { Icon, type IconName } from '../shared/icons.tsx';

type Choice = { readonly label: string; readonly icon: IconName; readonly next: MantineColorScheme };

const choices: Readonly<Record<MantineColorScheme, Choice>> = {
  auto: { label: 'Colours: as the system', icon: 'screen', next: 'light' },
  light: { label: 'Colours: light', icon: 'sun', next: 'dark' },
  dark: { label: 'Colours: dark', icon: 'moon', next: 'auto' },
};

/** As the system, light, dark, and round again. */
export function ColorSchemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { label, icon, next } = choices[colorScheme];
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={`${label}. Change`}
        onClick={() => setColorScheme(next)}
      >
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  );
}
