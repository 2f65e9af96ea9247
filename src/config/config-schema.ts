import { z } from 'zod';
import { engineKinds } from '../engine/port.ts';
import { sifCompressions } from '../sif/convert/options.ts';
import { serviceSchema } from './service-schema.ts';
import { parseSize } from './size.ts';

const text = (description: string) => z.string().min(1, 'must not be empty').meta({ description });
const path = (description: string) => text(`${description}; relative to the configuration file`);

const size = (description: string) =>
  z
    .union([z.int().positive(), z.string()], { error: 'must be a size such as 384M' })
    .superRefine((value, context) => {
      if (parseSize(value) !== undefined) return;
      const hint = 'write bytes, or a number with K, M, G or T';
      context.addIssue({ code: 'custom', message: `"${value}" is no size`, params: { hint } });
    })
    .meta({ description, examples: ['384M', '1G'] });

const section = <Shape extends z.ZodRawShape>(description: string, shape: Shape) =>
  z.object(shape).meta({ description }).nullish();

const engineSection = section('What builds images', {
  kind: z
    .enum([...engineKinds, 'auto'])
    .meta({ description: 'auto: buildx where Docker has it, else buildah' })
    .nullish(),
  emulation: z
    .boolean()
    .meta({ description: 'Build for other platforms through QEMU; 5 to 8 times slower' })
    .nullish(),
  buildah: section('Settings of buildah', {
    root: path('Where buildah keeps images; default its own').nullish(),
    runroot: path('Where buildah keeps its state; default its own').nullish(),
    isolation: z
      .enum(['chroot', 'oci', 'rootless'])
      .meta({ description: 'How instructions run; chroot needs no container runtime' })
      .nullish(),
    network: z.enum(['host', 'private']).meta({ description: 'Network of instructions' }).nullish(),
  }),
});

const baseSection = section('The base image: a suite or an image', {
  suite: text('Debian or Ubuntu suite that mmdebstrap makes')
    .meta({ examples: ['bookworm', 'jammy'] })
    .nullish(),
  image: text('Image reference that the engine pulls')
    .meta({ examples: ['docker.io/library/debian:bookworm-slim'] })
    .nullish(),
  allowed: z
    .array(text('A suite, or an image reference with its tag'))
    .meta({
      description:
        "What steps may ask for besides it; default the suites of this machine's distribution, [] is nothing",
      examples: [['jammy', 'registry.example.org/hpc/base:2']],
    })
    .nullish(),
}).refine((base) => !(base?.suite && base.image), { message: 'must be a suite or an image, not both' });

const registrySection = section('The registry that images are pushed to', {
  prefix: z
    .string()
    .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/, 'must look like host[:port][/path], in lower case')
    .meta({ description: 'host[:port][/path]' }),
  credentials_file: path('Credentials, as `skopeo login --authfile` writes them').nullish(),
  insecure: z
    .boolean()
    .meta({ description: 'The registry speaks plain HTTP, or its certificate cannot be checked' })
    .nullish(),
  ca_bundle: path(
    "PEM bundle that the registry's certificate is checked with; default network.ca_bundle",
  ).nullish(),
  sif: z
    .boolean()
    .meta({ description: 'SIF files are pushed too, for `apptainer pull oras://…`; default false' })
    .nullish(),
});

const networkSection = section('How builds reach the network', {
  proxy: section('Default: the environment of CIC (http_proxy and so on)', {
    http: text('URL').nullish(),
    https: text('URL').nullish(),
    no: text('Host names that are reached directly, separated by commas').nullish(),
  }),
  ca_bundle: z
    .union(
      [path('PEM bundle that apt, pip and git trust; default what this machine trusts'), z.literal(false)],
      {
        error: 'must be the path of a PEM file, or false to offer none',
      },
    )
    .nullish(),
  apt_auth_file: path('Credentials of package mirrors, in the format of apt_auth.conf(5)').nullish(),
});

const sifSection = section('How SIF files are made', {
  format: z.enum(['sif', 'squashfs']).meta({ description: 'squashfs: the bare file system' }).nullish(),
  compression: z.enum(sifCompressions).nullish(),
  level: z.int().min(1).max(22).meta({ description: 'Compression level' }).nullish(),
  block_size: size('Size of a squashfs block').nullish(),
  memory: size('Memory that the conversion may use').nullish(),
  processors: z.int().positive().meta({ description: 'Default: all' }).nullish(),
});

const address = (description: string) =>
  text(`${description}; relative paths start from the configuration file`);
const version = (description: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_][\w./+-]*$/, 'must be a branch, tag or commit')
    .meta({ description });

const cachePattern =
  /^(?:oci(?:\+http)?:\/\/[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+|(?![a-z0-9+.-]+:\/\/)\S.*)$/i;

/** Spack checks no signatures in registries; `s3://` and the like need libraries that the toolchain has not. */
const publicCache = z
  .object({
    url: address('Packages of others, which are only read: a folder, https://… or oci://…'),
    signed: z.boolean().meta({ description: 'Take signed packages only; default true' }).nullish(),
    keys: z
      .array(path('A public key whose signatures count, as `gpg --armor --export` writes it'))
      .meta({ description: 'Whose signatures count, in all caches that are signed' })
      .nullish(),
  })
  .superRefine(({ url, signed, keys }, context) => {
    const report = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    const isSigned = signed !== false;
    const hasKeys = (keys ?? []).length > 0;
    if (!/^(?:file|https?|oci(?:\+http)?):\/\/|^(?![a-z0-9+.-]+:\/\/)/i.test(url))
      report('url', 'must be a folder, https://… or oci://…');
    else if (isSigned && /^oci/i.test(url) && url.includes('://'))
      report('signed', 'must be false for a registry: Spack signs no packages there');
    else if (isSigned && !hasKeys)
      report('keys', 'is missing: the public keys whose signatures count; `signed: false` takes any package');
    else if (!isSigned && hasKeys) report('keys', 'is of no use with `signed: false`');
  });

const spackSection = section('Spack, for steps that have a Spack environment', {
  source: address(
    'Spack itself: a git URL, or the path of a checkout, a git repository or a tarball',
  ).nullish(),
  version: version('Branch, tag or commit of Spack; default v1.1.1').nullish(),
  packages: section("Spack's package recipes; Spack 0.x brings its own", {
    source: address('As for Spack').nullish(),
    version: version('Default v2025.11.0').nullish(),
  }),
  catalogue: section("The site's own recipes: a Spack repository, with cfg/ for Spack's configuration", {
    source: address('Git URL, or the path of a folder, a git repository or a tarball'),
    version: version('Default the default branch, or the files of a folder as they are').nullish(),
  }),
  mirrors: z.array(address('Source mirror: a folder or a URL')).nullish(),
  public_caches: z.array(publicCache).nullish(),
  config: z
    .record(z.string().regex(/^[a-z_]+$/, 'must be a section of Spack, such as packages'), z.unknown())
    .meta({
      description: "Sections of Spack's configuration for all environments; steps win over them",
      examples: [{ packages: { slurm: { buildable: false } } }],
    })
    .nullish(),
  cache: z
    .string()
    .regex(cachePattern, 'must be a folder or oci://host[:port]/path')
    .meta({
      description: "The site's own binary cache: a folder or an oci:// URL; default in the cache folder",
    })
    .nullish(),
  cache_credentials_file: path(
    'Credentials of an oci:// cache, as `skopeo login --authfile` writes them',
  ).nullish(),
}).refine((spack) => !spack?.cache_credentials_file || spack.cache?.startsWith('oci://'), {
  path: ['cache_credentials_file'],
  message: 'needs a cache at oci://…: a password is sent over TLS only',
});

/** The configuration file (YAML). Every key has a default. */
export const configSchema = z
  .object({
    engine: engineSection,
    base: baseSection,
    workflow_registry: text(
      'Where steps come from: a git URL, or the path of a git repository or folder',
    ).nullish(),
    images_prefix: z
      .string()
      .regex(
        /^([a-z0-9]+([._-]?[a-z0-9]+)*[._/-]?)*$/,
        'must be part of an image name: lower case, digits, . _ - /',
      )
      .meta({ description: 'Put before the names of images', examples: ['team/'] })
      .nullish(),
    machines: path('A folder with files of HPC systems, besides those of CIC').nullish(),
    registry: registrySection,
    network: networkSection,
    sif: sifSection,
    spack: spackSection,
    service: serviceSchema,
    directories: section('Folders of CIC', {
      cache: path('For what outlives a build').nullish(),
      work: path('For what does not').nullish(),
      images: path('Where SIF files are put; default ./images of where CIC is started').nullish(),
    }),
  })
  .meta({ title: 'CIC configuration' });

export type ConfigFile = z.infer<typeof configSchema>;

/** JSON Schema of configuration files, for editors: unknown keys are marked. */
export function toConfigJsonSchema(): Record<string, unknown> {
  return forbidUnknownKeys(z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' }));
}

function forbidUnknownKeys<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(forbidUnknownKeys) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, forbidUnknownKeys(value)]);
  const closed = 'properties' in schema ? { additionalProperties: false } : {};
  return { ...Object.fromEntries(entries), ...closed };
}
