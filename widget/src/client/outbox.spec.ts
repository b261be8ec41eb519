import { toChatError } from './chat-error.js';
import { message, type Reply, setUp } from './testing/fake-service.js';

const HOUR = 3_600_000;
const settle = (ms = 0) => jest.advanceTimersByTimeAsync(ms);
const taken: Reply = (payload) => ({
  session_id: payload.session_id,
  message: message(String(payload.content), 1, { session_id: payload.session_id }),
  run_id: `run of ${String(payload.content)}`,
});
const refusal = (status: number, more: object = {}): Reply => {
  return () => {
    throw toChatError({ status, code: `CODE_${status}`, detail: `Sentence ${status}.`, ...more });
  };
};

/** The same browser with a new page. */
async function nextPage(before: ReturnType<typeof setUp>, options: Parameters<typeof setUp>[0] = {}) {
  before.client.destroy();
  const page = setUp({ kept: before.kept, ...options });
  page.replies['message:send'] = taken;
  await page.client.start();
  await settle();
  return page;
}

describe('unsent questions', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('survive the page, and go out once, in order, with the ids that they had', async () => {
    const page = setUp();
    await page.client.start();
    page.transport().reachable = false;
    page.transport().drop();
    page.client.send('one');
    page.client.send('two');
    const ids = page.client.store.state.outgoing.map((one) => one.clientMessageId);
    const next = await nextPage(page);
    expect(next.transport().of('message:send')).toMatchObject([
      { content: 'one', client_message_id: ids[0] },
      { content: 'two', client_message_id: ids[1] },
    ]);
    expect([...next.kept.keys()].filter((key) => key.includes('outbox'))).toEqual([]);
    const last = await nextPage(next);
    expect(last.transport().of('message:send')).toEqual([]);
    last.client.destroy();
  });

  it('survive the page also while nobody can be asked who the user is', async () => {
    const away = () => {
      throw new TypeError('fetch failed');
    };
    const page = setUp({ routes: { '/chat/assistants': away } });
    await page.client.start();
    page.client.send('into the dark');
    const next = await nextPage(page);
    expect(next.transport().of('message:send')).toMatchObject([{ content: 'into the dark' }]);
    next.client.destroy();
  });

  it.each([502, 503, 504, 408])('wait after %d, say why, and go out again by themselves', async (status) => {
    const { client, replies, transport } = setUp();
    await client.start();
    replies['message:send'] = refusal(status, { retry_after: 2 });
    client.send('patience');
    await settle();
    expect(client.store.state.outgoing).toMatchObject([
      { state: 'waiting', error: { detail: `Sentence ${status}.` } },
    ]);
    replies['message:send'] = taken;
    await settle(1_900);
    expect(transport().of('message:send')).toHaveLength(1);
    await settle(1_200);
    const sends = transport().of('message:send');
    expect(sends).toHaveLength(2);
    expect(sends[1]!.client_message_id).toBe(sends[0]!.client_message_id);
    expect(client.store.state.outgoing).toEqual([]);
    client.destroy();
  });

  it('keep their order when one has to wait', async () => {
    const { client, replies, transport } = setUp();
    await client.start();
    replies['message:send'] = refusal(503);
    client.send('first');
    await settle();
    replies['message:send'] = taken;
    client.send('second');
    await settle(5_000);
    expect(
      transport()
        .of('message:send')
        .map((one) => one.content),
    ).toEqual(['first', 'first', 'second']);
    client.destroy();
  });

  it.each([400, 403, 409, 429, 500])(
    'are shown as refused with the sentence of %d, let the next one go, and can be sent again or discarded',
    async (status) => {
      const { client, replies, transport } = setUp();
      await client.start();
      replies['message:send'] = (payload) =>
        payload.content === 'bad' ? refusal(status)(payload) : taken(payload);
      client.send('bad');
      client.send('good');
      await settle(60_000);
      expect(client.store.state.outgoing).toMatchObject([
        { content: 'bad', state: 'failed', error: { detail: `Sentence ${status}.` } },
      ]);
      const { clientMessageId } = client.store.state.outgoing[0]!;
      client.sendAgain(clientMessageId);
      await settle();
      expect(transport().of('message:send').at(-1)).toMatchObject({ client_message_id: clientMessageId });
      client.unsend(clientMessageId);
      expect(client.store.state.outgoing).toEqual([]);
      client.destroy();
    },
  );

  it('are shown as refused also on the next page, and not sent there by themselves', async () => {
    const page = setUp();
    await page.client.start();
    page.replies['message:send'] = refusal(400);
    page.client.send('bad');
    await settle();
    const next = await nextPage(page);
    expect(next.client.store.state.outgoing).toMatchObject([{ state: 'failed', content: 'bad' }]);
    expect(next.transport().of('message:send')).toEqual([]);
    next.client.destroy();
  });

  it('wait for the sign-in after 401', async () => {
    const page = setUp();
    await page.client.start();
    page.replies['message:send'] = refusal(401);
    page.client.send('later');
    await settle(60_000);
    expect(page.client.store.state).toMatchObject({ status: 'signed_out', outgoing: [{ state: 'waiting' }] });
    expect(page.transport().of('message:send')).toEqual([]);
    page.replies['message:send'] = taken;
    page.client.reconnect();
    await settle();
    expect(page.transport().of('message:send')).toMatchObject([{ content: 'later' }]);
    page.client.destroy();
  });

  it('do not surprise anybody a day later', async () => {
    const page = setUp();
    await page.client.start();
    page.transport().reachable = false;
    page.transport().drop();
    page.client.send('old');
    jest.setSystemTime(Date.now() + 25 * HOUR);
    const next = await nextPage(page);
    expect(next.transport().of('message:send')).toEqual([]);
    const [old] = next.client.store.state.outgoing;
    expect(old).toMatchObject({ state: 'failed', error: { code: 'FORGOTTEN' } });
    next.client.sendAgain(old!.clientMessageId);
    await settle();
    expect(next.transport().of('message:send')).toMatchObject([{ content: 'old' }]);
    next.client.destroy();
  });

  it('belong to their user alone', async () => {
    const page = setUp();
    await page.client.start();
    page.transport().reachable = false;
    page.transport().drop();
    page.client.send('secret of ann');
    page.client.destroy();
    const next = setUp({ kept: page.kept, user: 'bob' });
    await next.client.start();
    await settle();
    expect(next.transport().sent).toEqual([]);
    expect(next.client.store.state.outgoing).toEqual([]);
    next.client.destroy();
  });

  it('leave nothing in the browser when another user comes', async () => {
    const page = setUp();
    await page.client.start();
    page.transport().reachable = false;
    page.transport().drop();
    page.client.send('secret');
    page.client.forget();
    page.client.destroy();
    await settle(60_000);
    expect([...page.kept.keys()]).toEqual([]);
  });

  it('go on in their own conversation when the user begins another', async () => {
    const routes = { '/chat/history': () => ({ session: { messages: [message('q1', 1)] } }) };
    const { client, replies, transport } = setUp({ stored: 's', routes });
    await client.start();
    transport().reachable = false;
    transport().drop();
    client.send('for the old one');
    client.newConversation();
    expect(client.store.state.outgoing).toEqual([]);
    replies['message:send'] = taken;
    transport().reachable = true;
    client.wake();
    await settle();
    expect(transport().of('message:send')).toMatchObject([{ session_id: 's' }]);
    expect(client.store.state.messages).toEqual([]);
    client.destroy();
  });
});
