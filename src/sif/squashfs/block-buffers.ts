/** Memory for blocks that are being filled or compressed; there is only so much of it. */
export type BlockBuffers = {
  /** Waits for one that is free. */
  take(): Promise<Buffer>;
  /** One more than there should be, for a while. Undefined when there are none of these either. */
  takeExtra(): Buffer | undefined;
  giveBack(buffer: Buffer): void;
  /** Those who wait, and all later ones, get the error. */
  fail(error: unknown): void;
};

type Waiting = { readonly resolve: (buffer: Buffer) => void; readonly reject: (error: unknown) => void };

export type BlockBuffersOptions = {
  readonly sizeBytes: number;
  readonly count: number;
  readonly extraCount: number;
};

export function createBlockBuffers({ sizeBytes, count, extraCount }: BlockBuffersOptions): BlockBuffers {
  const free: Buffer[] = [];
  const waiting: Waiting[] = [];
  let made = 0;
  let failure: { readonly error: unknown } | undefined;
  const takeOrMake = (limit: number) => {
    const buffer = free.pop();
    if (buffer !== undefined || made >= limit) return buffer;
    made++;
    return Buffer.allocUnsafeSlow(sizeBytes);
  };
  return {
    async take() {
      if (failure !== undefined) throw failure.error;
      const buffer = takeOrMake(count);
      return buffer ?? new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    takeExtra: () => takeOrMake(count + extraCount),
    giveBack(buffer) {
      const next = waiting.shift();
      if (next !== undefined) next.resolve(buffer);
      else if (made > count) made--;
      else free.push(buffer);
    },
    fail(error) {
      failure ??= { error };
      for (const { reject } of waiting.splice(0)) reject(error);
    },
  };
}
