import { Box, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { figuresQuery } from '../api/admin.ts';
import { Loaded } from '../shared/loaded.tsx';
import { SiteFigures } from '../shared/site-figures.tsx';

/** As high as the figures are, so that nothing jumps when they come. */
const heldFree = { base: '11.5rem', md: '6.5rem' };

export function SiteUsage() {
  const query = useQuery(figuresQuery);
  return (
    <section>
      <Title order={2} mb="xs">
        The whole site
      </Title>
      <Box mih={heldFree}>
        <Loaded query={query} rows={1}>
          {(figures) => <SiteFigures figures={figures} />}
        </Loaded>
      </Box>
    </section>
  );
}
