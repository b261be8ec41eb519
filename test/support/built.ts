import type * as Factory from '../../src/app.factory.js';
import type * as Env from '../../src/config/env.schema.js';
import type * as Migrate from '../../src/database/migrate.js';

interface Built {
  'app.factory.js': typeof Factory;
  'config/env.schema.js': typeof Env;
  'database/migrate.js': typeof Migrate;
}

declare global {
  /** From service-environment.cjs. */
  var importBuilt: ((file: string) => Promise<unknown>) | undefined;
}

/** A module of the built service. Its classes are not those of the sources that a spec imports. */
export async function built<File extends keyof Built>(file: File): Promise<Built[File]> {
  if (!globalThis.importBuilt) throw new Error('This project of jest.config.cjs has no service environment.');
  return (await globalThis.importBuilt(file)) as Built[File];
}
