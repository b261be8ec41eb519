/**
 * True where a JSON value is at most `depth` levels deep and holds at most `nodes` values.
 * Walks without recursion, so that no input can exhaust the stack.
 */
export function isBoundedJson(value: unknown, limits: { depth: number; nodes: number }): boolean {
  let level: unknown[] = [value];
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    nodes += level.length;
    const next: unknown[] = [];
    for (const item of level) {
      if (item !== null && typeof item === 'object') {
        if (depth >= limits.depth) return false;
        for (const child of Object.values(item)) next.push(child);
        if (nodes + next.length > limits.nodes) return false;
      }
    }
    level = next;
  }
  return nodes <= limits.nodes;
}
