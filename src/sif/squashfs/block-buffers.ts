/** Memory for blocks that are being filled or compressed; there is only so much of it. */
export type BlockBuffers = {
  /** Waits for one that is free. */
  take(): Promise<Buffer>;
  giveBack(buffer: Buffer): void;
  /** Those who wait, and all later ones, get the error. */
  fail(error: unknown): void;
};

type Waiting = { readonly resolve: (buffer: Buffer) => void; readonly reject: (error: unknown) => void };

export function createBlockBuffers(count: number, sizeBytes: number): BlockBuffers {
  const free: Buffer[] = [];
  const waiting: Waiting[] = [];
  let made = 0;
  let failure: { readonly error: unknown } | undefined;
  return {
    async take() {
      if (failure !== undefined) throw failure.error;
      const buffer = free.pop();
      if (buffer !== undefined) return buffer;
      if (made++ < count) return Buffer.allocUnsafeSlow(sizeBytes);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    giveBack(buffer) {
      const next = waiting.shift();
      if (next === undefined) free.push(buffer);
      else next.resolve(buffer);
    },
    fail(error) {
      failure ??= { error };
      for (const { reject } of waiting.splice(0)) reject(error);
    },
  };
}
