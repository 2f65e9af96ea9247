import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Build } from '../api/client.ts';
import { buildName } from './build-name.ts';

type Props = { readonly build: Pick<Build, 'id' | 'kind' | 'workflow' | 'step' | 'version'> };

/** What was asked for, as the way to its page. */
export function BuildLink({ build }: Props) {
  return (
    <div>
      <Anchor component={Link} to={`/builds/${build.id}`} fw={600} style={{ overflowWrap: 'anywhere' }}>
        {buildName(build)}
      </Anchor>
      <Text size="sm" c="dimmed">
        {build.kind === 'plan' ? `dry run · ${build.version}` : build.version}
      </Text>
    </div>
  );
}
