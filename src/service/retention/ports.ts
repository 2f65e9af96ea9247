/** A build that has ended. */
export type EndedBuild = {
  readonly id: string;
  readonly finishedAt: Date;
  /** Whether its image is published: then who owns the image is known by it. */
  readonly hasImage: boolean;
};

export type PublishedImage = {
  readonly id: string;
  readonly reference: string;
  readonly sif: { readonly filename: string; readonly sizeBytes: number } | null;
  readonly publishedAt: Date;
  /** Whether a build for the same thing waits or runs: it is about to publish under this name. */
  readonly isInFlight: boolean;
};

/** What retention needs of the database. */
export interface RetentionStore {
  /** Calls `work` while no other process does so; answers undefined when one does. */
  exclusively<T>(work: () => Promise<T>): Promise<T | undefined>;
  listEndedBuilds(): Promise<readonly EndedBuild[]>;
  /** Ids of all builds, to tell which folders are nobody's. */
  listBuildIds(): Promise<ReadonlySet<string>>;
  listImages(): Promise<readonly PublishedImage[]>;
  /** Answers false when the build is not there any more, has an image, or runs. */
  removeBuild(id: string): Promise<boolean>;
  /** Answers false when it was published anew meanwhile. */
  removeImage(image: Pick<PublishedImage, 'id' | 'publishedAt'>): Promise<boolean>;
}
