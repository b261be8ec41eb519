import { words } from '../../common/words.js';
import { stem } from '../terms.js';

/** Runs without blanks, which are compared by their pairs of characters. */
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+/gu;
/** Hiragana is grammar more often than meaning, but for the ending of a verb or adjective. */
const MEANINGFUL_PAIR = /^(?:[\p{Script=Han}\p{Script=Katakana}ー]{2}|\p{Script=Han}\p{Script=Hiragana})$/u;
const LATIN = /^[a-zß]+$/;
const LONE_LETTER = /^\p{Script=Latin}$/u;
const ARABIC = /\p{Script=Arabic}/u;
const DEVANAGARI = /\p{Script=Devanagari}/u;
const CYRILLIC = /\p{Script=Cyrillic}/u;

/** Words that say nothing of the subject, in the languages of the definitions. */
const STOP_WORDS = new Set(
  `a an the and or but so if then than as at by for from in into of on to with without about is am are was were be been
  being do does did done doing has have had having can could may might must shall should will would i me my mine we us
  our ours you your yours he him his she her it its they them their this that these those there here what which who
  whom whose when where why how not no nor yes please pls thanks thx just let lets im ive id dont doesnt didnt isnt arent
  wasnt cant wont whats hows very some any all each every both more most much many such only own same too also
  get got give given go goes last next now new just still today going want wants need needs like tell use used using make makes made thing things
  der die das den dem des ein eine einen einem einer eines und oder aber ist sind war waren wird werden hat haben
  habe ich du er sie es wir ihr uns unser unsere unseren unserem unserer mein meine meinen meinem nicht kein keine mit
  von vom zum zur zu im am an auf aus bei bitte wie was wer wo wann warum welche welcher welches kann kannst konnen
  le la les un une des du de et ou est sont etait dans sur pour par avec sans que qui quoi quel quelle quels quelles
  comment pourquoi quand nous notre nos vous votre vos je tu il elle ils elles ne pas plus mon ma mes ce cette ces
  moi fais peux peut sil aux au
  el los las una unos unas y o es son era en con sin por para que como cual cuales cuando donde porque nuestro nuestra
  nuestros nuestras mi mis su sus se lo al del mas muy esta estan este estos estas hay puedo podemos
  os um uma uns umas e sao em no na nos nas com sem por para qual quais quando onde nosso nossa nossos nossas meu
  minha seu sua mais muito esta estao ao do da dos das
  il gli i uno di da su con per che chi come quale quali quando dove perche nostro nostra nostri nostre mio mia si
  ka ki ke ko se me mein hai hain aur ek kya kaise kab liye hamari hamara baare
  हम हमारे हमारी हमारा मेरा मेरी मेरे है हैं का की के को से में पर और एक क्या कैसे कब कितनी लिए यह वह ने
  في من على إلى الى عن هل ما ماذا لماذا كيف متى أين هو هي هذا هذه لنا لي لا أن ان مع أو بعد قبل كل
  и в на с по для от до из у к о как что кто где когда почему какой какие мы наш наши наша мой моя не это`
    .split(/\s+/)
    .filter(Boolean)
    .map(plain),
);

/** In: text in any script. Out: the terms by which agents are found, in order, and without words of grammar. */
export function selectionTerms(text: string): string[] {
  const found: string[] = [];
  const rest = text.normalize('NFKC').replace(EAST_ASIAN, (run) => {
    found.push(...pairs(run));
    return ' ';
  });
  for (const word of words(rest)) {
    const bare = plain(word);
    if (!STOP_WORDS.has(bare) && !LONE_LETTER.test(bare)) found.push(root(bare));
  }
  return found;
}

/** Terms that stand next to each other, as one term each: "failed login" says more than its words. */
export function neighbours(terms: readonly string[]): string[] {
  return terms.slice(1).map((term, index) => `${terms[index]} ${term}`);
}

function pairs(run: string): string[] {
  const letters = Array.from(run);
  return letters
    .slice(1)
    .map((letter, index) => `${letters[index]}${letter}`)
    .filter((pair) => MEANINGFUL_PAIR.test(pair));
}

/** One spelling for letters that are written in several ways. */
function plain(word: string): string {
  if (!ARABIC.test(word)) return word;
  return word
    .normalize('NFKD')
    .replace(/[\p{M}ـ]/gu, '')
    .replace(/ى/gu, 'ي')
    .replace(/ة$/u, 'ه');
}

/** A light stem: the endings that a language puts on most of its nouns and verbs. */
function root(word: string): string {
  if (LATIN.test(word)) return stem(word);
  if (ARABIC.test(word)) return arabicRoot(word);
  if (DEVANAGARI.test(word)) return cut(word, /(?:ियों|ियाँ|ाओं|ाएं|ाएँ|ों|ें|ीं|ी|े|ा|ो|ि|ु|ू|ं|ँ)$/u);
  if (CYRILLIC.test(word))
    return cut(
      word,
      /(?:иями|ями|ами|ого|ему|ому|ыми|ими|ией|ов|ев|ей|ой|ый|ий|ая|яя|ое|ее|ые|ие|ам|ям|ах|ях|ом|ем|ую|юю|ию|ия|ии|у|ю|а|я|ы|и|е|о|ь)$/u,
    );
  return word;
}

function arabicRoot(word: string): string {
  const bare = word.replace(/^(?:وال|بال|كال|فال|لل|ال)(?=.{3})/u, '');
  return cut(bare, /(?:ات|ين|ون|ان|ها|نا|هم|ه|ي)$/u);
}

function cut(word: string, ending: RegExp): string {
  const rest = word.replace(ending, '');
  return rest.length >= 3 ? rest : word;
}
