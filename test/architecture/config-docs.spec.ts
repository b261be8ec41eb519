import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from '../../src/config/env.schema.js';

const ROOT = resolve(__dirname, '../..');

function check(root: string): { status: number | null; said: string } {
  const run = spawnSync(process.execPath, [join(root, 'scripts', 'config-docs.mjs'), '--check'], {
    encoding: 'utf8',
  });
  return { status: run.status, said: run.stdout + run.stderr };
}

describe('documentation of the configuration', () => {
  it('in .env.example and the README says what the schema says', () => {
    expect(check(ROOT)).toEqual({ status: 0, said: '' });
  });

  it('is told to be stale when a default changes', () => {
    const copy = mkdtempSync(join(realpathSync(tmpdir()), 'config-docs-'));
    try {
      for (const name of ['scripts', 'src/config', '.env.example', 'README.md', '.prettierrc.json']) {
        cpSync(join(ROOT, name), join(copy, name), { recursive: true });
      }
      symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
      const schema = join(copy, 'src/config/env.schema.ts');
      writeFileSync(schema, readFileSync(schema, 'utf8').replaceAll('3003', '3004'));
      const { status, said } = check(copy);
      expect(status).toBe(1);
      expect(said).toContain('.env.example and README.md');
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });

  it('makes a .env that starts the service with its defaults', () => {
    const lines = readFileSync(join(ROOT, '.env.example'), 'utf8').split('\n');
    const given = lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(/=(.*)/s).slice(0, 2));
    expect(given.length).toBeGreaterThan(20);
    expect(parseEnv(Object.fromEntries(given) as Record<string, string>)).toEqual(parseEnv({}));
  });
});
