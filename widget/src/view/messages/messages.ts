import { AnswerBody } from './answer-body.js';
import { AskedQuestion } from './asked-question.js';

/** What draws messages, and what is done with them. */
export const messages = { AnswerBody, AskedQuestion };
