/** What a workflow registry holds at one version. */
export type WorkflowListing = {
  /** Absent where the registry is a plain folder. */
  readonly commit?: string;
  readonly workflows: readonly { readonly name: string; readonly steps: readonly string[] }[];
};

export type WorkflowVersions = { readonly branches: readonly string[]; readonly tags: readonly string[] };

/** Looks into the workflow registry. */
export interface WorkflowBrowser {
  /**
   * @throws STEP_VERSION_NOT_FOUND, STEP_REGISTRY_UNREACHABLE, STEP_REGISTRY_UNCONFIGURED, STEP_REGISTRY_INVALID
   */
  list(version: string): Promise<WorkflowListing>;
  /** @throws STEP_REGISTRY_UNREACHABLE, STEP_REGISTRY_UNCONFIGURED, STEP_REGISTRY_INVALID */
  listVersions(): Promise<WorkflowVersions>;
}

type CacheOptions = {
  /** For so long an answer is taken to be true. */
  readonly keepMs: number;
  /** Monotonic clock in milliseconds. */
  readonly now: () => number;
};

const maxEntries = 200;

/**
 * Asks another browser once for all who want to know the same at the same time, or some seconds later; failures are
 * not kept.
 */
export function cacheWorkflows(browser: WorkflowBrowser, options: CacheOptions): WorkflowBrowser {
  const listings = createCache<WorkflowListing>(options);
  const versions = createCache<WorkflowVersions>(options);
  return {
    list: (version) => listings.get(version, () => browser.list(version)),
    listVersions: () => versions.get('', () => browser.listVersions()),
  };
}

function createCache<Value>({ keepMs, now }: CacheOptions) {
  const entries = new Map<string, { readonly value: Promise<Value>; readonly until: number }>();
  return {
    get(key: string, load: () => Promise<Value>): Promise<Value> {
      const kept = entries.get(key);
      if (kept !== undefined && now() < kept.until) return kept.value;
      if (entries.size >= maxEntries) entries.clear();
      const value = load();
      entries.set(key, { value, until: now() + keepMs });
      value.catch(() => entries.get(key)?.value === value && entries.delete(key));
      return value;
    },
  };
}
