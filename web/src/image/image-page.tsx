import { Anchor } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from 'react-router';
import { isAppError } from '../../../src/errors/app-error.ts';
import type { Schemas } from '../api/client.ts';
import { deleteImage, imageQuery } from '../api/images.ts';
import { useSession } from '../app/session.ts';
import { ConfirmButton } from '../shared/confirm-button.tsx';
import { CopyField } from '../shared/copy-field.tsx';
import { EmptyState } from '../shared/empty-state.tsx';
import { imageName } from '../shared/image-name.ts';
import { Loaded } from '../shared/loaded.tsx';
import { PageTitle } from '../shared/page-title.tsx';
import { Section } from '../shared/section.tsx';
import { ImageFacts } from './facts.tsx';
import { GetImage } from './get-image.tsx';

export function ImagePage() {
  const { id = '' } = useParams();
  const query = useQuery(imageQuery(id));
  if (isAppError(query.error, 'IMAGE_NOT_FOUND')) return <NoImage />;
  const title = query.data === undefined ? 'Image' : imageName(query.data);
  return (
    <>
      <PageTitle actions={query.data?.owned && <DeleteImage image={query.data} />}>{title}</PageTitle>
      <Loaded query={query} rows={8}>
        {(image) => <Image image={image} />}
      </Loaded>
    </>
  );
}

function Image({ image }: { readonly image: Schemas['ImageDetails'] }) {
  const account = useSession();
  return (
    <>
      {image.run_script !== null && (
        <Section title="Run it" about="Where the image is in the folder that the job runs in.">
          <CopyField label="Lines of the job script" text={image.run_script.trimEnd()} />
        </Section>
      )}
      <GetImage image={image} account={account} />
      <Section title="What it is">
        <ImageFacts image={image} />
      </Section>
    </>
  );
}

function DeleteImage({ image }: { readonly image: Schemas['ImageDetails'] }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <ConfirmButton
      label="Delete the image"
      text="Delete"
      verb="Delete"
      action={async () => {
        await deleteImage(image.id, client);
        await navigate('/images');
      }}
    >
      {image.sif === null ? 'It' : `The file ${image.sif.filename}`} is removed from the service for
      everybody. What was pushed to a registry stays there, and the same request builds it again.
    </ConfirmButton>
  );
}

function NoImage() {
  return (
    <>
      <PageTitle>Image</PageTitle>
      <EmptyState icon="box" title="There is no such image">
        It was deleted, or another one was published under its name.{' '}
        <Anchor component={Link} to="/images" underline="always">
          All images
        </Anchor>
      </EmptyState>
    </>
  );
}
