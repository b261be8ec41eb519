import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const STRINGS = fileURLToPath(new URL('src/strings', import.meta.url));

/** Throws with the names where a language lacks a sentence that English has, has one too many, or one of another kind. */
export async function checkLanguages() {
  const names = (await readdir(`${STRINGS}/languages`)).map((file) => file.replace('.ts', ''));
  const languages = await load(names);
  const english = kindsOf({ panel: languages.en, sessions: languages.enSessions });
  const wrong = names.flatMap((name) => {
    const kinds = kindsOf(languages[name]);
    const keys = new Set([...english.keys(), ...kinds.keys()]);
    return [...keys].filter((key) => kinds.get(key) !== english.get(key)).map((key) => `${name}: ${key}`);
  });
  if (wrong.length > 0) throw new Error(`Sentences that differ from English: ${wrong.join(', ')}`);
}

async function load(names) {
  const files = ['en', 'en-sessions', ...names.map((name) => `languages/${name}`)];
  const { outputFiles } = await build({
    stdin: {
      contents: files.map((file) => `export * from './${file}.ts';`).join('\n'),
      resolveDir: STRINGS,
    },
    bundle: true,
    write: false,
    format: 'esm',
    charset: 'utf8',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** Out: for each sentence, `panel.status.online`, `string` or `function`. */
function kindsOf(sentences, path = '') {
  return new Map(
    Object.entries(sentences).flatMap(([name, value]) => {
      const key = path ? `${path}.${name}` : name;
      return typeof value === 'object' ? [...kindsOf(value, key)] : [[key, typeof value]];
    }),
  );
}
