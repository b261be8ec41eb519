import type { FactKind } from './facts.contract.js';

/** A wish about memory, in the user's own words. */
export type MemoryWish =
  | { readonly asked: 'remember'; readonly text: string; readonly kind: FactKind }
  | { readonly asked: 'forget'; readonly text: string }
  | { readonly asked: 'forget-all' }
  | { readonly asked: 'list' };

/** What may stand before a wish. */
const POLITE =
  "(?:(?:hi|hey|hello|ok|okay|please|pls|can|could|would|will|you|bitte|kannst|du|por favor|s'il te plaît|s’il te plaît|s'il vous plaît|कृपया|من فضلك)[\\s,]+)*";

const REMEMBER = [
  "(?:remember|don['’]?t forget|keep in mind|memori[sz]e)(?:,? please,?)?(?:\\s+(?:that|this)\\s*:?|\\s*:|(?=\\s+(?:my|our|i|i['’]m|i['’]ve|we)\\s))",
  '(?:merke?|notiere?) (?:dir|ihnen)(?: bitte)?(?:,? dass|\\s*:|(?=\\s+(?:mein|meine|unser|unsere)\\s))',
  '(?:vergiss (?:bitte )?nicht|denk(?:e)? daran)(?:,? dass|\\s*:)',
  '(?:recuerda|acuérdate de|no olvides|ten en cuenta)(?: que|\\s*:)',
  "(?:souviens-toi|souvenez-vous|retiens|retenez|n['’]oublie pas|n['’]oubliez pas|rappelle-toi)(?: que| qu['’]|\\s*:)",
  '(?:lembra-te de|lembre-se de|lembra|lembre|não te esqueças de|não esqueça)(?: que|\\s*:)',
  'याद (?:रखना|रखो|रखें|रखिए)(?: कि|\\s*:)',
  '(?:تذكر|تذكري|لا تنس|لا تنسى)(?: أن|\\s*:)',
  '(?:覚えておいて|覚えて)(?:ください|下さい)?\\s*[:：]',
];
/** Languages in which the wish comes last. */
const REMEMBER_LAST = [
  '(?:ということ|こと|って|と)?を?(?:覚えておいて|覚えて)(?:ください|下さい|ね)?',
  '(?:,? ?यह )?याद (?:रखना|रखो|रखें|रखिए)',
];
const PREFERENCES = [
  '(?:from now on|in (?:the )?future|going forward)[\\s,]+(?=\\S)',
  '(?=always (?:answer|reply|respond|write|speak|use|show|give|keep|be)\\s)',
  '(?:ab jetzt|von nun an|künftig|in zukunft)[\\s,]+(?=\\S)',
  '(?=antworte (?:mir )?(?:bitte )?immer\\s)',
  '(?:a partir de ahora|de ahora en adelante|en adelante)[\\s,]+(?=\\S)',
  '(?:à partir de maintenant|désormais|dorénavant)[\\s,]+(?=\\S)',
  '(?:a partir de agora|de agora em diante)[\\s,]+(?=\\S)',
  'अब से[\\s,]+(?=\\S)',
  '(?:من الآن فصاعد[اًا]+|من الآن)[\\s،,]+(?=\\S)',
  '(?:今後は|これからは)[、,]?',
];
const FORGET = [
  '(?:forget|stop remembering)(?: that| about|\\s*:|(?=\\s+(?:my|our)\\s))',
  '(?:vergiss|vergesse)(?: bitte)?(?:,? dass|\\s*:|(?=\\s+(?:mein|meine|meinen|unser|unsere|unseren)\\s))',
  '(?:olvida)(?: que|\\s*:|(?=\\s+(?:mi|mis|nuestro|nuestra)\\s))',
  "(?:oublie|oubliez)(?: que| qu['’]|\\s*:|(?=\\s+(?:mon|ma|mes|notre|nos)\\s))",
  '(?:esquece|esqueça)(?: que|\\s*:|(?=\\s+(?:meu|minha|meus|minhas|nosso|nossa)\\s))',
  'भूल (?:जाओ|जाना|जाएं|जाइए)(?: कि|\\s*:)',
  '(?:انس|انسى)(?: أن|\\s*:)',
];
const FORGET_LAST = [
  '(?:ということ|こと)?(?:を|は)忘れて(?:ください|下さい|ね)?',
  '(?:को )?भूल (?:जाओ|जाना|जाएं|जाइए)',
];
const FORGET_ALL = [
  'forget everything(?: (?:that )?you (?:know|remember)(?: (?:about|of) me)?| about me)?',
  'vergiss alles(?:,? was du (?:über mich weißt|dir gemerkt hast)| über mich)?',
  'olvida todo(?: (?:sobre mí|lo que sabes (?:de|sobre) mí))?',
  'oublie tout(?: (?:sur moi|ce que tu sais (?:de|sur) moi))?',
  'esque(?:ce|ça) tudo(?: (?:sobre mim|o que sabe(?:s)? (?:de|sobre) mim))?',
  '(?:मेरे बारे में )?सब (?:कुछ )?भूल (?:जाओ|जाना|जाएं|जाइए)',
  'انسى? كل شيء(?: عني)?',
  '(?:私について)?(?:全部|すべて)(?:を)?忘れて(?:ください|下さい)?',
];
const LIST = [
  'what (?:do|did|can) you (?:remember|know)(?: about| of) me',
  'what have you (?:remembered|memorised|memorized)(?: (?:about|of) me)?',
  '(?:show|list)(?: me)? (?:what you remember(?: (?:about|of) me)?|my memor(?:y|ies)|your memory(?: of me)?)',
  'do you remember anything about me',
  'was (?:weißt|weisst) du (?:alles )?über mich',
  'was hast du dir (?:über mich )?gemerkt',
  '¿?qué (?:recuerdas|sabes) (?:de|sobre) mí',
  'que sais-tu (?:de|sur) moi',
  "qu['’]as-tu retenu(?: (?:de|sur) moi)?",
  'de quoi te souviens-tu(?: à mon sujet)?',
  'o que (?:você |tu )?(?:lembra|sabe|sabes|lembras) (?:de|sobre) mim',
  '(?:तुम्हें|आपको) मेरे बारे में क्या (?:याद|पता) है',
  'ماذا (?:تتذكر|تعرف) عني',
  '私について何を(?:覚えて|知って)い?(?:る|ますか)',
];

const first = (patterns: readonly string[]): RegExp =>
  new RegExp(`^${POLITE}(?:${patterns.join('|')})(?:\\s+|(?<=[:：'’、,]))(\\S.*)$`, 'isu');
const last = (patterns: readonly string[]): RegExp =>
  new RegExp(`^${POLITE}(\\S.*?)(?:${patterns.join('|')})[\\s.!。！।]*$`, 'isu');
const whole = (patterns: readonly string[]): RegExp =>
  new RegExp(`^${POLITE}(?:${patterns.join('|')})[\\s.!?。！？؟।]*$`, 'iu');

const ALL = whole(FORGET_ALL);
const LISTED = whole(LIST);
const REMEMBERED = [first(REMEMBER), last(REMEMBER_LAST)];
const FORGOTTEN = [first(FORGET), last(FORGET_LAST)];
const WANTED = new RegExp(`^${POLITE}(?:${PREFERENCES.join('|')})(\\S.*)$`, 'isu');
const LIKES =
  /^(?:that )?(?:i (?:prefer|like|want)|ich (?:bevorzuge|möchte|mag)|prefiero|je préfère|prefiro)\b/iu;
/** Requests for a change are no questions; a text that ends like one is not to be remembered. */
const ASKS = /[?？؟]\s*$/u;
const POLITE_QUESTION = /^(?:\p{L}+[\s,]+){0,3}(?:can|could|would|will|kannst|könntest)\s/iu;
/** Characters of a message that may be a wish. */
const MOST = 2000;

/**
 * What a message wants of the memory of its sender, by its beginning or end, in the languages of the widget.
 * In: the message as it was written. Out: undefined for everything else.
 */
export function memoryWishOf(message: string): MemoryWish | undefined {
  const said = message.slice(0, MOST).trim();
  if (ALL.test(said)) return { asked: 'forget-all' };
  if (LISTED.test(said)) return { asked: 'list' };
  if (ASKS.test(said) && !POLITE_QUESTION.test(said)) return undefined;
  const remembered = matched(REMEMBERED, said);
  if (remembered)
    return { asked: 'remember', text: remembered, kind: LIKES.test(remembered) ? 'preference' : 'fact' };
  const forgotten = matched(FORGOTTEN, said);
  if (forgotten) return { asked: 'forget', text: forgotten };
  const wanted = matched([WANTED], said);
  return wanted ? { asked: 'remember', text: wanted, kind: 'preference' } : undefined;
}

function matched(patterns: readonly RegExp[], said: string): string | undefined {
  for (const pattern of patterns) {
    const text = pattern.exec(said)?.[1]?.replace(ASKS, '').trim();
    if (text) return text;
  }
  return undefined;
}
