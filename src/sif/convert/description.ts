import type { ImageSource } from '../source/image-source.ts';
import type { ContainerMetadata } from './container-files.ts';
import { formatEnvironmentScript, readEnvironment } from './environment.ts';
import { formatRunscript } from './runscript.ts';

/** What the SIF says about itself, in the files of the root file system and in its data objects. */
export type ImageDescription = ContainerMetadata & {
  /** Unix seconds: when the image was made. */
  readonly createdAt: number;
  /** What `apptainer inspect` shows. */
  readonly inspectMetadata: unknown;
  readonly warnings: readonly string[];
};

export function describeImage({ config, manifestDigest }: ImageSource): ImageDescription {
  const environment = readEnvironment(config);
  const definition = `bootstrap: oci\nfrom: ${manifestDigest}\n`;
  const labels = {
    'org.label-schema.schema-version': '1.0',
    'org.label-schema.usage.singularity.deffile.bootstrap': 'oci',
    'org.label-schema.usage.singularity.deffile.from': manifestDigest,
    ...config.config?.Labels,
  };
  return {
    createdAt: readCreated(config.created),
    labels,
    definition,
    inspectMetadata: {
      data: {
        attributes: {
          environment: {
            '/.singularity.d/env/10-docker2singularity.sh': formatEnvironmentScript(environment),
          },
          labels,
          runscript: formatRunscript(config),
          deffile: definition,
          startscript: '#!/bin/sh\n',
        },
      },
      type: 'container',
    },
    warnings: environment.skipped.map((entry) => {
      const name = entry.split('=', 1)[0];
      return `the variable ${JSON.stringify(name)} of the image is left out: a shell cannot hold it`;
    }),
  };
}

/** An image without a usable time is as old as the epoch; squashfs counts to 2106. */
function readCreated(created: string | undefined): number {
  const milliseconds = Date.parse(created ?? '');
  return Number.isNaN(milliseconds) ? 0 : Math.min(Math.max(0, Math.floor(milliseconds / 1000)), 0xffff_ffff);
}
