/**
 * Writes .env.example and the README's configuration table from src/config/env.schema.ts.
 * With --check it writes nothing and fails where either is stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, say, script, StepError } from './lib/run.mjs';
import { importSource } from './lib/source.mjs';

const START = '<!-- config:start -->';
const END = '<!-- config:end -->';

await script(async () => {
  const keys = await readKeys();
  if (!process.argv.includes('--check')) writeFileSync(join(ROOT, '.env.example'), example(keys));
  const wanted = { '.env.example': example(keys), 'README.md': await readme(table(keys)) };
  const stale = Object.entries(wanted).filter(([name, text]) => read(name) !== text);
  if (process.argv.includes('--check')) {
    if (stale.length === 0) return;
    const names = stale.map(([name]) => name).join(' and ');
    throw new StepError(
      `Stale against src/config/env.schema.ts: ${names}. Run: node scripts/config-docs.mjs`,
    );
  }
  for (const [name, text] of stale) writeFileSync(join(ROOT, name), text);
  say('.env.example and README.md say what src/config/env.schema.ts says.');
});

function read(name) {
  const file = join(ROOT, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Every key with its documentation; a default is what the schema makes of an absent variable. */
async function readKeys() {
  const { EnvSchema } = await importSource('config/env.schema');
  const defaults = EnvSchema.parse({});
  return Object.entries(EnvSchema.shape).map(([key, schema]) => {
    const { description, group, example: sample } = schema.meta() ?? {};
    if (!description || !group)
      throw new StepError(`${key} in src/config/env.schema.ts lacks its documentation.`);
    const fallback = defaults[key] === undefined ? undefined : String(defaults[key]);
    if (fallback === undefined && sample === undefined) {
      throw new StepError(
        `${key} in src/config/env.schema.ts has no default and therefore needs an example.`,
      );
    }
    return { key, description, group, sample, fallback };
  });
}

function groupsOf(keys) {
  return [...new Set(keys.map(({ group }) => group))].map((group) => [
    group,
    keys.filter((one) => one.group === group),
  ]);
}

function example(keys) {
  const parts = groupsOf(keys).map(([group, members]) => {
    const lines = members.flatMap(({ key, description, sample, fallback }) => [
      `# ${description}`,
      sample === undefined ? `${key}=${fallback}` : `# ${key}=${sample}`,
    ]);
    return [`# --- ${group} ---`, ...lines].join('\n');
  });
  const head = [
    '# Copy this file to .env and change what you need; variables that the environment gives win over .env.',
    '# Keys without a default are commented out. Written by scripts/config-docs.mjs.',
  ].join('\n');
  return `${[head, ...parts].join('\n\n')}\n`;
}

function table(keys) {
  const cell = (text) => text.replaceAll('|', '\\|');
  const row = ({ key, fallback, description }) =>
    `| \`${key}\` | ${fallback === undefined ? '' : `\`${cell(fallback)}\``} | ${cell(description)} |`;
  const parts = groupsOf(keys).map(([group, members]) =>
    [
      `**${group}**`,
      '',
      '| Variable | Default | What it does |',
      '| --- | --- | --- |',
      ...members.map(row),
    ].join('\n'),
  );
  return parts.join('\n\n');
}

/** The README as prettier leaves it, so that the format check and this one agree. */
async function readme(text) {
  const whole = read('README.md');
  const [from, to] = [whole.indexOf(START), whole.indexOf(END)];
  if (from < 0 || to < from) throw new StepError(`README.md lacks the marks ${START} and ${END}.`);
  const { format, resolveConfig } = await import('prettier');
  const file = join(ROOT, 'README.md');
  const written = `${whole.slice(0, from + START.length)}\n\n${text}\n\n${whole.slice(to)}`;
  return format(written, { ...(await resolveConfig(file)), filepath: file });
}
