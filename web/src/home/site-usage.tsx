import { Title } from '@mantine/core';
import { SiteFigures } from '../shared/site-figures.tsx';

export function SiteUsage() {
  return (
    <section>
      <Title order={2} mb="xs">
        The whole site
      </Title>
      <SiteFigures />
    </section>
  );
}
