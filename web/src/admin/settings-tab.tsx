import { Code } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '../api/admin.ts';
import { CopyButton } from '../shared/copy-button.tsx';
import { Loaded } from '../shared/loaded.tsx';
import { Section } from '../shared/section.tsx';

export function SettingsTab() {
  const query = useQuery(settingsQuery);
  return (
    <Section
      title="Settings"
      about={
        <>
          What holds since the service was started, as <Code>cic config print</Code> shows it. They are
          changed in the configuration file or by variables of the environment, and by starting the service
          again.
        </>
      }
      actions={query.data && <CopyButton text={query.data.yaml} label="Copy the settings" />}
    >
      <Loaded query={query} rows={8}>
        {({ yaml }) => (
          <Code block tabIndex={0} role="region" aria-label="Settings as YAML">
            {yaml}
          </Code>
        )}
      </Loaded>
    </Section>
  );
}
