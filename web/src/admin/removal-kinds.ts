import type { Schemas } from '../api/client.ts';

type Kind = Schemas['RetentionPlan']['totals'][number]['kind'];

export const removalNames: Readonly<Record<Kind, string>> = {
  build: 'Builds',
  log: 'Logs',
  image: 'Images',
  leftover: 'Left by crashes',
  'engine-image': "The engine's cache",
};
