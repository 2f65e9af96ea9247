import { z } from 'zod';
import { frozenStatuses } from './status.ts';

/** What the description of the API says of routes that never change. */
export const frozenTags = ['frozen'];
export const frozenSecurity = [{ basic: [] }, { token: [] }];

export const frozenIdSchema = z.object({ id: z.uuid() }).meta({ id: 'FrozenId' });

export const frozenBuildSchema = z
  .object({
    status: z.enum(frozenStatuses),
    message: z.string().nullable(),
    image_id: z.string().nullable().meta({ description: 'Full image reference' }),
    filename: z.string().nullable().meta({ description: 'Set once the file can be downloaded' }),
  })
  .meta({ id: 'FrozenBuild' });

export const frozenTokenSchema = z
  .object({ token: z.string(), duration: z.int().meta({ description: 'Seconds' }) })
  .meta({ id: 'FrozenToken' });
