/** What became of the tools of an answer: names in their order, and sentences for what could not be read. */
export interface ToolNotes {
  readonly ran: readonly string[];
  readonly failed: readonly string[];
  /** What is not there, and how to connect it. */
  readonly missing: readonly string[];
}

/** Out: the notes for an answer's metadata, the same whatever engine wrote it; what is empty is left out. */
export function toolMetadata({ ran, failed, missing }: ToolNotes): Readonly<Record<string, unknown>> {
  const filled = Object.entries({ tools: ran, tools_failed: failed, missing: [...new Set(missing)] });
  return Object.fromEntries(filled.filter(([, values]) => values.length > 0));
}
