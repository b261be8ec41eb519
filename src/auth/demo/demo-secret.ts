import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { ServerConfig } from '../../config/config.js';
import { newId } from '../../common/ids.js';
import { Supervision } from '../../common/ipc/supervision.js';

const FILE = 'demo-secret';
const BYTES = 48;
const FORM = /^[\w-]{64}$/;

/**
 * The secret that signs demo tokens: random, in a file of DATA_DIR that only its owner may read, so that a page
 * survives a restart. Where no file can be kept it lives in memory alone; workers get it from their supervisor.
 * Made when first asked for.
 */
@Injectable()
export class DemoSecret {
  private readonly logger = new Logger(DemoSecret.name);
  private secret: string | undefined;

  constructor(
    @Inject(ServerConfig) private readonly config: Pick<ServerConfig, 'dataDir'>,
    private readonly supervision: Supervision = Supervision.none,
  ) {}

  get value(): string {
    this.secret ??= this.supervision.demoSecret ?? this.kept() ?? randomSecret();
    return this.secret;
  }

  private kept(): string | undefined {
    const path = join(this.config.dataDir, FILE);
    try {
      mkdirSync(this.config.dataDir, { recursive: true });
      return read(path) ?? create(this.config.dataDir, path);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'no reason given';
      this.logger.warn(
        `The demo secret cannot be kept in DATA_DIR (${reason}); demo tokens end with this process.`,
      );
      return undefined;
    }
  }
}

function randomSecret(): string {
  return randomBytes(BYTES).toString('base64url');
}

function read(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return undefined;
  const text = found.isFile() ? readFileSync(path, 'utf8').trim() : '';
  if (!FORM.test(text)) throw Object.assign(new Error('not a demo secret'), { code: 'EINVAL' });
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o600);
  return text;
}

/** Written aside, then linked: two processes that start at once agree on one whole file. */
function create(folder: string, path: string): string | undefined {
  const draft = join(folder, `${FILE}-${newId()}`);
  writeFileSync(draft, randomSecret(), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return read(path);
}
