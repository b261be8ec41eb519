import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

const Manifest = z.object({
  embed: z.string(),
  page: z.string(),
  admin: z.string(),
  assets: z.array(z.string().regex(/^[\w.-]+$/)),
});

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
};

/** A file as it goes out. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly gzip: Buffer;
  readonly etag: string;
}

/** The built widget, read once. */
export class WidgetAssets {
  readonly embed: Asset;
  readonly page: Asset;
  readonly admin: Asset;
  private readonly hashed: ReadonlyMap<string, Asset>;

  /** In: the folder of the build. Throws a sentence that says what to run when there is none. */
  constructor(folder: string) {
    const read = (name: string) => toAsset(name, readFileSync(join(folder, name)));
    try {
      const manifest = Manifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
      this.embed = read(manifest.embed);
      this.page = read(manifest.page);
      this.admin = read(manifest.admin);
      this.hashed = new Map(manifest.assets.map((name) => [name, read(name)]));
    } catch (cause) {
      throw new Error(`The chat widget is not built in ${folder}. Run "npm run build", then start again.`, {
        cause,
      });
    }
  }

  /** A file by its hashed name; undefined for every other name. */
  find(name: string): Asset | undefined {
    return this.hashed.get(name);
  }
}

/** In: the name of a file, for its type, and what is in it. */
export function toAsset(name: string, body: Buffer): Asset {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    body,
    gzip: gzipSync(body, { level: 9 }),
    etag: `"${hash}"`,
  };
}

/** The build's folder `dist/widget` of the package that a file belongs to. */
export function widgetFolder(from: string): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'dist', 'widget');
}
