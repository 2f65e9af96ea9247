/** A step of BuildKit's graph, as far as it is known. */
export type Vertex = {
  readonly digest: string;
  readonly name: string;
  readonly started?: string;
  readonly completed?: string;
  readonly cached?: boolean;
  readonly error?: string;
};

/** What a step printed. */
export type VertexLog = {
  readonly vertex: string;
  /** 1 standard output, 2 standard error. */
  readonly stream: number;
  /** Base64. */
  readonly data: string;
};

/** One report of `docker buildx build --progress=rawjson`. @see BuildKit, client.SolveStatus */
export type SolveStatus = {
  readonly vertexes?: readonly Vertex[];
  readonly logs?: readonly VertexLog[];
};

/**
 * Puts reports together from the lines they are printed in: one per line, or indented over several.
 *
 * @param onText Gets the lines that are no report: what the client itself has to say.
 */
export function createStatusReader(
  onStatus: (status: SolveStatus) => void,
  onText: (line: string) => void,
): (line: string) => void {
  let pending: string[] = [];
  return (line) => {
    if (pending.length === 0 && !line.startsWith('{')) {
      onText(line);
      return;
    }
    pending.push(line);
    if (!line.endsWith('}') || (pending.length > 1 && line !== '}')) return;
    const text = pending.join('\n');
    pending = [];
    const status = parseStatus(text);
    if (status === undefined) onText(text);
    else onStatus(status);
  };
}

function parseStatus(text: string): SolveStatus | undefined {
  try {
    return JSON.parse(text) as SolveStatus;
  } catch {
    return undefined;
  }
}
