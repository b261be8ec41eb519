import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package that holds `from`, the same from sources and from the build. */
export function packageRoot(from: string = import.meta.dirname): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${from}`);
    folder = parent;
  }
  return folder;
}
