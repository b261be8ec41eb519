import { en } from './en.js';
import { enSessions } from './en-sessions.js';
import { chooseLocale, directionOf, loadLanguage } from './languages.js';
import { text } from './session-strings.js';
import { speak, t } from './strings.js';

const OTHERS = ['de', 'es', 'fr', 'pt', 'hi', 'ar', 'ja'];

/** Every sentence of a language by its path, functions called with `argument`. */
function sentences(value: object, argument: unknown, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, one]): [string, string][] => {
    const name = `${path}.${key}`;
    if (typeof one === 'object') return sentences(one as object, argument, name);
    const said: unknown =
      typeof one === 'function' ? (one as (...all: unknown[]) => string)(argument, argument) : one;
    return [[name, String(said)]];
  });
}

describe('the choice of a language', () => {
  it.each([
    [['de-AT'], 'de-AT'],
    [['pt-br'], 'pt-BR'],
    [['ja_JP'], 'ja-JP'],
    [[undefined, 'fr', 'en'], 'fr'],
    [[undefined, '', 'ar-EG', 'en'], 'ar-EG'],
    [['zh', 'nl', 'es'], 'es'],
    [['en-GB', 'de'], 'en-GB'],
    [['zh'], 'en'],
    [['not a language', '<script>', 'x'], 'en'],
    [['constructor', 'toString'], 'en'],
    [[], 'en'],
  ])('of %j is %s', (wishes, chosen) => {
    expect(chooseLocale(wishes)).toBe(chosen);
  });

  it('knows which way each is written', () => {
    expect(['ar', 'ar-EG', 'de', 'en', 'ja'].map(directionOf)).toEqual([
      'rtl',
      'rtl',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the languages', () => {
  afterEach(() => speak(null));

  it.each(OTHERS)('%s says everything that English says, and in words of its own', async (name) => {
    const { language, locale } = await loadLanguage(name);
    expect(locale).toBe(name);
    const english = new Map(sentences({ panel: en, sessions: enSessions }, 3));
    const said = new Map(sentences(language!, 3));
    expect([...said.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...said].filter(([, sentence]) => !sentence.trim() || /undefined|NaN|#/.test(sentence))).toEqual(
      [],
    );
    const same = [...said].filter(([key, sentence]) => english.get(key) === sentence);
    expect(same.length).toBeLessThan(said.size / 6);
    const own: Readonly<Record<string, RegExp>> = {
      ar: /\p{sc=Arab}/u,
      hi: /\p{sc=Deva}/u,
      ja: /[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]/u,
    };
    expect(language!.panel.placeholder('BizBot')).toMatch(own[name] ?? /\p{sc=Latn}/u);
  });

  it.each([...OTHERS, 'en'])('%s puts every argument into its sentence', async (name) => {
    const { language } = await loadLanguage(name);
    const shown = language ?? { panel: en, sessions: enSessions };
    const calls = (one: object): string[] =>
      Object.entries(one).flatMap(([key, value]: [string, unknown]) => {
        if (typeof value === 'object') return calls(value as object);
        if (
          typeof value !== 'function' ||
          !/tool|name|title|source|query|change/.test(String(value).split('=>')[0]!)
        )
          return [];
        const said = (value as (argument: string) => string)('Anna');
        return said.includes('Anna') ? [] : [key];
      });
    expect(calls(shown)).toEqual([]);
  });

  it.each([
    ['ar', ['لا رسائل', 'رسالة واحدة', 'رسالتان', '٣ رسائل', '١١ رسالة', '١٠٠ رسالة']],
    [
      'de',
      ['0 Nachrichten', '1 Nachricht', '2 Nachrichten', '3 Nachrichten', '11 Nachrichten', '100 Nachrichten'],
    ],
    ['fr', ['0 message', '1 message', '2 messages', '3 messages', '11 messages', '100 messages']],
    [
      'ja',
      [
        'メッセージ 0 件',
        'メッセージ 1 件',
        'メッセージ 2 件',
        'メッセージ 3 件',
        'メッセージ 11 件',
        'メッセージ 100 件',
      ],
    ],
  ])('%s counts in its own forms', async (name, said) => {
    const { language } = await loadLanguage(name);
    const western = (one: string) => one.replace(/[٠-٩]/g, (digit) => String('٠١٢٣٤٥٦٧٨٩'.indexOf(digit)));
    const counted = [0, 1, 2, 3, 11, 100].map((count) => language!.sessions.messages(count));
    expect(counted.map(western)).toEqual(said.map(western));
  });

  it('changes every sentence in use at once, and back', async () => {
    expect([t.close, text.rename]).toEqual(['Close', 'Rename']);
    speak((await loadLanguage('de')).language);
    expect([t.close, text.rename]).toEqual(['Schließen', 'Umbenennen']);
    speak(null);
    expect([t.close, text.rename]).toEqual(['Close', 'Rename']);
  });
});
