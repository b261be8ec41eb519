/** Writes the table of tools in docs/tools.md from the manifest of the built service. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/build.mjs';
import { ROOT, say, script, StepError } from './lib/run.mjs';

const FILE = join(ROOT, 'docs', 'tools.md');
const START = '<!-- tools:start -->';
const END = '<!-- tools:end -->';
const HEAD = [
  '| Tool | Roles | Sees | Effect | Asks first | Time | Calls an answer |',
  '| --- | --- | --- | --- | --- | --- | --- |',
];

await script(async () => {
  await ensureBuilt();
  const { TOOLS } = await built('tools');
  const { mayUse } = await built('tool-policy');
  const { ROLES } = await built('../../auth/principal');
  const rows = TOOLS.map((type) => Reflect.construct(type, []).manifest).map((manifest) => {
    const roles = ROLES.filter((role) => mayUse(role, manifest)).join(', ');
    const asks = manifest.approval ? 'yes' : 'no';
    return `| \`${manifest.name}\` | ${roles} | ${manifest.scope} | ${manifest.effect} | ${asks} | ${manifest.timeout / 1000} s | ${manifest.budget} |`;
  });
  writeFileSync(FILE, await withTable([...HEAD, ...rows].join('\n')));
  say(`docs/tools.md has ${rows.length} tools.`);
});

function built(name) {
  return import(pathToFileURL(join(ROOT, 'dist', 'server', 'agents', 'tools', `${name}.js`)).href);
}

async function withTable(table) {
  const whole = readFileSync(FILE, 'utf8');
  const [from, to] = [whole.indexOf(START), whole.indexOf(END)];
  if (from < 0 || to < from) throw new StepError(`docs/tools.md lacks the marks ${START} and ${END}.`);
  const { format, resolveConfig } = await import('prettier');
  const written = `${whole.slice(0, from + START.length)}\n\n${table}\n\n${whole.slice(to)}`;
  return format(written, { ...(await resolveConfig(FILE)), filepath: FILE });
}
