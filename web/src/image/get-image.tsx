import { Group, Stack, Text } from '@mantine/core';
import type { Account, Schemas } from '../api/client.ts';
import { sifUrl } from '../api/images.ts';
import { CopyField } from '../shared/copy-field.tsx';
import { DownloadLink } from '../shared/download-link.tsx';
import { formatBytes } from '../shared/format.ts';
import { Section } from '../shared/section.tsx';
import { formatCurl, quoteWord } from './commands.ts';

type Props = { readonly image: Schemas['ImageDetails']; readonly account: Account };

/** The ways to the bytes: by the browser, and by commands for where they are needed. */
export function GetImage({ image, account }: Props) {
  const { sif, docker_reference: docker, apptainer_url: apptainer } = image;
  const userName = account.has_password ? account.user.name : null;
  return (
    <Section title="Get it">
      <Stack>
        {sif !== null && (
          <>
            <Group>
              <DownloadLink
                filename={sif.filename}
              >{`Download the SIF · ${formatBytes(sif.size_bytes)}`}</DownloadLink>
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {sif.filename}
              </Text>
            </Group>
            <CopyField label="sha256 of the SIF" text={sif.sha256} />
            <CopyField
              label="On the cluster: goes on where it was interrupted, and is checked"
              text={formatCurl({ ...sif, url: sifUrl(sif.filename), userName })}
            />
            {userName === null && (
              <Text size="sm" c="dimmed">
                Your account has no password: put an API token into CIC_TOKEN (page Account).
              </Text>
            )}
          </>
        )}
        {apptainer !== null && (
          <CopyField label="apptainer pull" text={`apptainer pull ${quoteWord(apptainer)}`} />
        )}
        {docker !== null && <CopyField label="docker pull" text={`docker pull ${quoteWord(docker)}`} />}
        {docker === null && (
          <Text size="sm" c="dimmed">
            {sif === null
              ? 'This service pushes images to no registry: the image is in the engine of its machine only.'
              : 'This service pushes images to no registry: there is nothing for docker pull and apptainer pull.'}
          </Text>
        )}
      </Stack>
    </Section>
  );
}
