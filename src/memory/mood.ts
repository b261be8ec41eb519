import { words } from '../common/words.js';

const GLAD = new Set(
  `thanks thank great good perfect excellent love nice helpful works solved happy wonderful danke super gut toll prima
  merci parfait genial bien gracias perfecto bueno grazie perfetto ottimo obrigado otimo bedankt goed dziekuje dobrze
  спасибо отлично хорошо شكرا धन्यवाद 谢谢 太好了 ありがとう`.split(/\s+/),
);
const SAD = new Set(
  `bad broken wrong fails failed error problem terrible useless angry annoyed disappointed slow unhappy worse hate
  schlecht kaputt falsch fehler problem mauvais faux erreur probleme malo mal error roto problema errato errore sbagliato
  ruim errado slecht kapot fout zle blad плохо ошибка проблема سيء خطأ समस्या 错误 问题 エラー 問題`.split(
    /\s+/,
  ),
);

/** In: what a user said. Out: its mood by words that tell one, in any of the languages that agents know. */
export function moodOf(texts: readonly string[]): 'positive' | 'neutral' | 'negative' {
  const said = texts.flatMap((text) => words(text.slice(0, 2000)));
  const score = said.filter((word) => GLAD.has(word)).length - said.filter((word) => SAD.has(word)).length;
  if (Math.abs(score) < 2) return 'neutral';
  return score > 0 ? 'positive' : 'negative';
}
