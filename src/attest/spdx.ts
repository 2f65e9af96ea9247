import { type Digest, digestHex, digestOf } from '../oci/digest.ts';
import { projectUri } from './identity.ts';
import type { AptPackage, Distribution, InstalledPackage, Inventory } from './package.ts';
import { formatPurl, toPurl } from './purl.ts';

/** The image that a document is about. */
export type SbomSubject = {
  /** `<images_prefix><workflow>_<step>_…`, without registry and tag. */
  readonly name: string;
  readonly manifestDigest: Digest;
  /** OCI's name: `amd64`. */
  readonly architecture: string;
  /** RFC 3339; when the image was made. */
  readonly created?: string;
};

type SpdxPackage = {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo: string;
  readonly supplier?: string;
  readonly downloadLocation: 'NOASSERTION';
  readonly filesAnalyzed: false;
  readonly checksums?: readonly { readonly algorithm: 'SHA256'; readonly checksumValue: string }[];
  readonly sourceInfo?: string;
  readonly licenseConcluded: 'NOASSERTION';
  readonly licenseDeclared: string;
  readonly copyrightText: 'NOASSERTION';
  readonly comment?: string;
  readonly externalRefs: readonly ExternalRef[];
  readonly primaryPackagePurpose?: 'CONTAINER';
};

type ExternalRef = {
  readonly referenceCategory: 'PACKAGE-MANAGER' | 'OTHER';
  readonly referenceType: string;
  readonly referenceLocator: string;
};

/** @see https://spdx.github.io/spdx-spec/v2.3/ */
type SpdxDocument = {
  readonly spdxVersion: 'SPDX-2.3';
  readonly dataLicense: 'CC0-1.0';
  readonly SPDXID: 'SPDXRef-DOCUMENT';
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly packages: readonly SpdxPackage[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: 'DESCRIBES' | 'CONTAINS';
    readonly relatedSpdxElement: string;
  }[];
};

const documentId = 'SPDXRef-DOCUMENT';
const imageId = 'SPDXRef-Image';

/**
 * The SBOM of an image as an SPDX 2.3 document in JSON. The same image and tool give the same text: its
 * time is that of the image, its name space holds the image's digest.
 */
export function formatSbom(subject: SbomSubject, inventory: Inventory, toolVersion: string): string {
  const packages = inventory.packages.map((entry) => toSpdxPackage(entry, inventory.distribution));
  const document: SpdxDocument = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: documentId,
    name: `${subject.name}@${subject.manifestDigest}`,
    documentNamespace: `${projectUri}/spdx/${toolVersion}/${digestHex(subject.manifestDigest)}`,
    creationInfo: { created: toSpdxTime(subject.created), creators: [`Tool: cic-${toolVersion}`] },
    packages: [describeImage(subject), ...packages],
    relationships: [
      { spdxElementId: documentId, relationshipType: 'DESCRIBES', relatedSpdxElement: imageId },
      ...packages.map(({ SPDXID }) => ({
        spdxElementId: imageId,
        relationshipType: 'CONTAINS' as const,
        relatedSpdxElement: SPDXID,
      })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const unknown = {
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
} as const;

function describeImage({ name, manifestDigest, architecture }: SbomSubject): SpdxPackage {
  const purl = formatPurl({
    type: 'oci',
    name: name.split('/').at(-1) ?? name,
    version: manifestDigest,
    qualifiers: { arch: architecture },
  });
  return {
    SPDXID: imageId,
    name,
    versionInfo: manifestDigest,
    ...unknown,
    checksums: [{ algorithm: 'SHA256', checksumValue: digestHex(manifestDigest) }],
    externalRefs: [toPurlRef(purl)],
    primaryPackagePurpose: 'CONTAINER',
  };
}

function toSpdxPackage(entry: InstalledPackage, distribution: Distribution | undefined): SpdxPackage {
  const { manager, name, version } = entry;
  const purl = toPurl(entry, distribution);
  const known = { SPDXID: toSpdxId(entry, purl), name, versionInfo: version, ...unknown };
  switch (manager) {
    case 'apt':
      return { ...known, ...describeOrigin(entry), externalRefs: [toPurlRef(purl)] };
    case 'pip':
      return { ...known, licenseDeclared: entry.license ?? 'NOASSERTION', externalRefs: [toPurlRef(purl)] };
    case 'spack': {
      const spack = { referenceCategory: 'OTHER', referenceType: 'spack' } as const;
      return {
        ...known,
        comment: `installed by Spack for the target ${entry.target}`,
        externalRefs: [toPurlRef(purl), { ...spack, referenceLocator: `${name}@${version}/${entry.hash}` }],
      };
    }
  }
}

/** Vulnerabilities of Debian are listed by source package. */
function describeOrigin({ maintainer, source }: AptPackage): Pick<SpdxPackage, 'supplier' | 'sourceInfo'> {
  const match = /^"?(.*?)"?\s*<(\S+)>$/.exec(maintainer ?? '');
  return {
    ...(match?.[1] && { supplier: `Organization: ${match[1]} (${match[2]})` }),
    sourceInfo: `built package from: ${source.name} ${source.version}`,
  };
}

function toPurlRef(purl: string): ExternalRef {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl };
}

/** Ids hold letters, digits, `.` and `-`: the digest keeps `g++` and `g--` apart. */
function toSpdxId(entry: InstalledPackage, purl: string): string {
  const identity = entry.manager === 'spack' ? `${purl}/${entry.hash}` : purl;
  const readable = entry.name.replaceAll(/[^A-Za-z0-9.-]/g, '-');
  return `SPDXRef-${entry.manager}-${readable}-${digestHex(digestOf(identity)).slice(0, 16)}`;
}

/** Whole seconds; the epoch where the image does not say. */
function toSpdxTime(created: string | undefined): string {
  const time = Date.parse(created ?? '');
  return new Date(Number.isNaN(time) ? 0 : time).toISOString().replace(/\.\d+Z$/, 'Z');
}
