import { Paper, Tabs, Text, Title } from '@mantine/core';
import { readBasePath } from '../api/base-path.ts';
import type { BuildRequest } from '../api/requests.ts';
import { useSession } from '../app/session.ts';
import { CodeBlock } from '../shared/code-block.tsx';
import { formatCic, formatCurl, formatRequest } from './commands.ts';

type Props = { readonly request: BuildRequest; readonly hasSif: boolean };

/** The same request for files and scripts. */
export function Elsewhere({ request, hasSif }: Props) {
  const { user } = useSession();
  const caller = { service: `${location.origin}${readBasePath()}`, userName: user.name };
  const texts = [
    { name: 'JSON', text: formatRequest(request) },
    { name: 'curl', text: formatCurl(request, caller) },
    { name: 'cic', text: formatCic(request, caller, hasSif) },
  ];
  return (
    <Paper withBorder p="md" mt="md" component="section" aria-labelledby="elsewhere">
      <Title order={2} id="elsewhere" mb={4}>
        The same by file or command
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        For scripts, and to keep beside your workflow.
      </Text>
      <Tabs defaultValue="JSON" keepMounted={false}>
        <Tabs.List aria-label="Forms of the request" mb="sm">
          {texts.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {texts.map(({ name, text }) => (
          <Tabs.Panel key={name} value={name}>
            <CodeBlock label={`The request: ${name}`} text={text} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Paper>
  );
}
