/** Where things lie in the images in which Spack environments are built. */
export const paths = {
  spack: '/opt/spack',
  /** Spack's package recipes; Spack 0.x has them inside. */
  packages: '/opt/spack-packages',
  /** Python with the solver, which runs Spack itself. */
  python: '/opt/cic/python',
  /** Spack configuration that belongs to the toolchain image. */
  config: '/opt/cic/config',
  /** Where the site has its recipes and caches: Spack configuration that no step changes. */
  site: '/opt/cic/site',
  /** Other Spack configuration of the site, below that of the step. */
  siteConfig: '/opt/cic/site-config',
  scripts: '/opt/cic/scripts',
  /** What the steps of a build leave for the next one. */
  out: '/opt/cic/out',
  /** Spack's indexes of its recipes. */
  index: '/opt/cic/index',
  environment: '/opt/spack-environment',
  /** The environment of a compiler that Spack builds, and what it installs. */
  compilerEnvironment: '/opt/spack-compiler',
  compilerSoftware: '/opt/spack-compiler/software',
  software: '/opt/software',
  view: '/opt/view',
  /** @see contract: What is inside an image */
  catalogue: '/software-catalog',
  /** Cache mount: built packages, sources, solutions. */
  cache: '/var/cache/cic-spack',
  /** The site's package cache, where that is a folder of this machine. */
  sharedCache: '/var/cache/cic-site',
  mirrors: '/opt/cic/mirrors',
  /** Public caches that are folders. */
  publicCaches: '/opt/cic/public-caches',
} as const;

/** Build contexts of these images. */
export const contextNames = {
  /** Holds `spack/` and `packages/`. */
  spack: 'cic-spack',
  /** Holds `catalogue/`. */
  catalogue: 'cic-catalogue',
  /** The image in which the environment was built. */
  build: 'cic-build',
} as const;

export function mirrorContextName(index: number): string {
  return `cic-mirror-${index}`;
}

export function publicCacheContextName(index: number): string {
  return `cic-public-cache-${index}`;
}
