interface Place {
  readonly value: object;
  readonly key: string;
  readonly parent: Place | undefined;
}

/**
 * Finds a key `__proto__` of its own anywhere in a JSON value: schemas and copies drop it without a word, and
 * careless code takes it for the prototype. In linear time, without recursion.
 * Out: its path; undefined where there is none.
 */
export function findProtoKey(value: unknown): readonly string[] | undefined {
  const places = isContainer(value) ? [{ value, key: '', parent: undefined } as Place] : [];
  for (let place = places.pop(); place; place = places.pop()) {
    if (Object.hasOwn(place.value, '__proto__')) return [...pathOf(place), '__proto__'];
    for (const [key, child] of Object.entries(place.value)) {
      if (isContainer(child)) places.push({ value: child, key, parent: place });
    }
  }
  return undefined;
}

function isContainer(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !ArrayBuffer.isView(value);
}

function pathOf(place: Place): string[] {
  const path: string[] = [];
  for (let at = place; at.parent; at = at.parent) path.unshift(at.key);
  return path;
}
