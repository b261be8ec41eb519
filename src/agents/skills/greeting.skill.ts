import { Injectable } from '@nestjs/common';
import type { AssignedTurn } from '../backends/agent-backend.js';
import { words } from '../../common/words.js';
import { LocalSkill, type SkillEvent } from './skill.js';

const GREETINGS = new Set(
  `hello hallo hi hey heya hiya hullo howdy greetings welcome morning afternoon evening gday hola buenos buenas dias
  tardes noches bonjour bonsoir salut coucou ciao buongiorno buonasera salve ola bom boa dia tarde noite hej hei moi
  guten tag morgen abend moin servus gruss hoi goedemorgen dzien dobry czesc ahoj привет здравствуйте здравствуй
  добрый день вечер доброе утро γεια merhaba selam مرحبا السلام عليكم أهلا שלום नमस्ते नमस्कार 你好 您好 早上好 你好吗
  こんにちは こんばんは おはよう 안녕하세요 안녕 สวัสดี xin chao`
    .split(/\s+/)
    .map((word) => words(word).join('')),
);
const COMPANY = new Set(
  `there all everybody everyone team good again dear and you to a nice meet how are today doing is it going whats up
  bot assistant chat infrabot bizbot marketbot infobot`.split(/\s+/),
);
const MAX_WORDS = 8;

/** A greeting and nothing else. */
@Injectable()
export class GreetingSkill extends LocalSkill {
  readonly name = 'greeting';

  matches(question: string): number {
    const said = words(question.slice(0, 200));
    if (said.length === 0 || said.length > MAX_WORDS) return 0;
    const greets = said.some((word) => GREETINGS.has(word)) || GREETINGS.has(said.join(''));
    const rest = said.filter((word) => !GREETINGS.has(word) && !COMPANY.has(word));
    return greets && (rest.length === 0 || GREETINGS.has(said.join(''))) ? 1 : 0;
  }

  async *run({ assistant }: AssignedTurn): AsyncGenerator<SkillEvent> {
    yield { type: 'text', text: `${assistant.greetingMessage}\n\n` };
    yield {
      type: 'text',
      text: 'No language model is connected here. I answer from the documentation of this service and from its own figures, in English.',
    };
    yield { type: 'next', questions: assistant.suggestedQuestions };
  }
}
