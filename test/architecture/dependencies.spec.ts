import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

const { dependencies, devDependencies } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
const rows = readFileSync(join(ROOT, 'docs', 'dependencies.md'), 'utf8')
  .split('\n')
  .map((line) => /^\|\s*`([^`]+)`\s*\|\s*(.*?)\s*\|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, name, reason]) => ({ name: String(name), reason: String(reason) }));

describe('docs/dependencies.md', () => {
  it('has one row for every package of package.json, and no other', () => {
    const wanted = Object.keys({ ...dependencies, ...devDependencies });
    expect(rows.map(({ name }) => name).sort()).toEqual(wanted.sort());
  });

  it('gives a reason in every row', () => {
    expect(rows.filter(({ reason }) => reason.split(' ').length < 3)).toEqual([]);
  });

  it('speaks of exact versions: package.json pins every package', () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});
