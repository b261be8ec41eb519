import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NAME = 'bizosaas-ai-chat-service';

/** Out: the version that the service's own package.json names, found upwards from this file; `unknown` without one. */
export function serviceVersion(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (name === NAME && version) return version;
  }
  return 'unknown';
}
