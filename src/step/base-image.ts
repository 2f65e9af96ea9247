/** Where the base image comes from, as the site or the step asks for it. */
export type BaseImage =
  /** An image reference, pulled by the engine. */
  | { readonly kind: 'reference'; readonly reference: string }
  /** A Debian or Ubuntu suite, made with mmdebstrap from the site's own mirrors; needs no registry. */
  | { readonly kind: 'bootstrap'; readonly suite: string };

/** Suites are single words; what has a `/`, `:` or `.` is the name of an image. */
const suitePattern = /^[a-z][a-z0-9-]*$/;

const referencePattern =
  /^[a-z0-9][a-z0-9._-]*(?::\d+)?(?:\/[a-z0-9._-]+)*(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/;

type Fault = { readonly message: string; readonly hint: string };

/** What is wrong with the name of a suite, or undefined. */
export function checkSuite(text: string): Fault | undefined {
  if (suitePattern.test(text)) return undefined;
  const message = `${JSON.stringify(text)} is no Debian or Ubuntu suite`;
  const isReference = referencePattern.test(text);
  return {
    message,
    hint: isReference ? `an image is written {image: ${text}}` : 'write a name such as jammy',
  };
}

/** What is wrong with an image reference, or undefined. */
export function checkReference(text: string): Fault | undefined {
  if (referencePattern.test(text)) return undefined;
  return {
    message: `${JSON.stringify(text)} is no image reference`,
    hint: 'write [registry/]repository[:tag][@sha256:…], all lower case but the tag',
  };
}

/** A name as lists of base images have it: `jammy` is a suite, `debian:bookworm` an image. */
export function parseBaseImage(text: string): BaseImage {
  return suitePattern.test(text)
    ? { kind: 'bootstrap', suite: text }
    : { kind: 'reference', reference: text };
}

/** The name that {@link parseBaseImage} reads. */
export function formatBaseImage(base: BaseImage): string {
  return base.kind === 'bootstrap' ? base.suite : base.reference;
}
