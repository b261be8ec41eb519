import type { AnswerPart, Message } from '../client/wire.js';
import { saidIn } from './said.js';

const METRIC = { type: 'metric', label: 'Questions', value: 12 } as unknown as AnswerPart;
const message = (content: string, parts: AnswerPart[]): Message => ({ content, parts }) as unknown as Message;

describe('what an answer says', () => {
  it('is its content where no part is text', () => {
    expect(saidIn(message('Hello', [METRIC]))).toEqual({ text: 'Hello', parts: [METRIC] });
  });

  it('is the text of its parts where the content repeats the figures in words', () => {
    const parts: AnswerPart[] = [{ type: 'text', text: 'Here:' }, METRIC];
    expect(saidIn(message('Here:\n\n**Questions:** 12', parts))).toEqual({ text: 'Here:', parts: [METRIC] });
    expect(saidIn(message('**Questions:** 12', [{ type: 'text', text: '' }, METRIC])).text).toBe('');
  });
});
