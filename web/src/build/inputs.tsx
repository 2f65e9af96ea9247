import { Paper, SimpleGrid, Skeleton, Tabs, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { buildFileQuery, buildFilesQuery } from '../api/build.ts';
import { isActive } from '../api/builds.ts';
import type { Build } from '../api/client.ts';
import { CopyField } from '../shared/copy-field.tsx';
import { EmptyState } from '../shared/empty-state.tsx';
import { ErrorState } from '../shared/error-state.tsx';
import { FileViewer } from './file-viewer.tsx';
import { readPlan } from './plan.ts';

/** What the build was made from: everything that it takes to understand it, or to make it once more. */
export function Inputs({ build }: { readonly build: Build }) {
  const { data, error, refetch } = useQuery({
    ...buildFilesQuery(build),
    placeholderData: (before) => before,
  });
  const [chosen, setChosen] = useState<string | null>(null);
  const files = data?.items;
  const shown = files?.find(({ name }) => name === chosen) ?? firstFile(build, files);
  return (
    <Paper component="section" withBorder p="md" aria-label="Inputs and files">
      <Title order={2} mb="sm">
        Inputs and files
      </Title>
      {files === undefined && error === null && <Skeleton height={320} />}
      {files === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {files?.length === 0 && <NoFiles build={build} />}
      {files !== undefined && shown !== undefined && (
        <>
          <Digests build={build} files={files} />
          <Tabs value={shown.name} onChange={setChosen} keepMounted={false}>
            <Tabs.List>
              {files.map(({ name }) => (
                <Tabs.Tab key={name} value={name}>
                  {name}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value={shown.name} pt="sm">
              <FileViewer key={shown.name} id={build.id} file={shown} />
            </Tabs.Panel>
          </Tabs>
        </>
      )}
    </Paper>
  );
}

type Files = readonly Parameters<typeof buildFileQuery>[1][];

/** What a dry run was asked for is its plan. */
function firstFile({ kind }: Build, files: Files | undefined): Files[number] | undefined {
  return (kind === 'plan' && files?.find(({ name }) => name === 'plan.json')) || files?.[0];
}

function NoFiles({ build }: { readonly build: Build }) {
  if (isActive(build)) {
    return (
      <EmptyState icon="clock" title="Not known yet">
        They are here as soon as the step is resolved.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="list" title="It has none">
      It ended before it was known what it would be made from.
    </EmptyState>
  );
}

/** Identities of what went in and what came out. */
function Digests({ build, files }: { readonly build: Build; readonly files: Files }) {
  const plan = files.find(({ name }) => name === 'plan.json');
  const { data, isPending } = useQuery({
    ...buildFileQuery(build.id, plan ?? { name: 'plan.json', size_bytes: 0 }),
    enabled: plan !== undefined,
  });
  if (plan !== undefined && isPending) return <Skeleton height={150} mb="md" />;
  const known = data === undefined ? undefined : readPlan(data);
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ['Build', build.id],
    ['Commit of the workflow registry', known?.commit],
    ['Recipe', build.recipe_digest ?? known?.recipeDigest],
    ['Base image', known?.baseDigest],
    ['Image manifest', build.digest],
  ];
  const there = facts.flatMap(([label, text]) => (text ? [{ label, text }] : []));
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" mb="md">
      {there.map(({ label, text }) => (
        <CopyField key={label} label={label} text={text} />
      ))}
    </SimpleGrid>
  );
}
