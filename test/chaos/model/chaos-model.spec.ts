import { createParser } from 'eventsource-parser';
import { ChaosModel } from './chaos-model.js';
import { answerOf, nonceIn, questionOf, tokenOf } from './nonce.js';

const nonce = { id: 'abc', tokens: 12, paceMs: 0 };

describe('the model of the chaos tests', () => {
  let model: ChaosModel;
  beforeAll(async () => {
    model = await ChaosModel.start();
  });
  afterAll(() => model.close());

  const ask = async (content: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`http://127.0.0.1:${model.port}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content }] }),
    });
    let text = '';
    const parser = createParser({
      onEvent: ({ data }) => {
        if (data !== '[DONE]') text += JSON.parse(data).choices[0]?.delta.content ?? '';
      },
    });
    parser.feed(await response.text());
    return { status: response.status, text };
  };

  it('finds the nonce in a question, and none elsewhere', () => {
    expect(nonceIn(questionOf(nonce))).toEqual(nonce);
    expect(nonceIn('What is new?')).toBeUndefined();
  });

  it('takes the last of several questions that an unanswered one was joined with', () => {
    expect(nonceIn(`${questionOf({ ...nonce, id: 'before' })}\n\n${questionOf(nonce)}`)).toEqual(nonce);
  });

  it('answers with a function of nonce and position alone', async () => {
    expect(await ask(questionOf(nonce))).toEqual({ status: 200, text: answerOf(nonce) });
    expect(answerOf(nonce).split(' ')[7]).toBe(tokenOf(nonce, 7).trim());
    expect(answerOf({ ...nonce, id: 'abd' })).not.toBe(answerOf(nonce));
  });

  it('takes a conversation that is to be summarised for no question', async () => {
    const { text } = await ask(`<conversation>\n${questionOf({ ...nonce, id: 'old' })}\n</conversation>`);
    expect(text).toBe('A question without a nonce.');
    expect(model.calls.has('old')).toBe(false);
  });

  it('misbehaves for one question, one call after the other, and counts its calls', async () => {
    const other = { ...nonce, id: 'other' };
    model.misbehave('faulty', 'failure', 'empty', 'reset');
    const faulty = questionOf({ ...nonce, id: 'faulty' });
    expect((await ask(faulty)).status).toBe(500);
    expect(await ask(questionOf(other))).toEqual({ status: 200, text: answerOf(other) });
    expect(await ask(faulty)).toEqual({ status: 200, text: '' });
    await expect(ask(faulty)).rejects.toThrow();
    expect((await ask(faulty)).status).toBe(200);
    expect([model.calls.get('faulty'), model.calls.get('other')]).toEqual([4, 1]);
  });
});
