import { randomUUID } from 'node:crypto';
import { type Client, eventually, type SocketClient } from './client.js';

const FINAL = /^run\.(completed|failed|cancelled|interrupted)$/;

export interface CrewRun {
  readonly runId: string;
  readonly sessionId: string;
  readonly socket: SocketClient;
  /** The events of the answer so far. */
  events(): any[];
  /** Waits for an event that fits. */
  found(fits: (event: any) => boolean): Promise<any>;
  /** The last event. */
  final(): Promise<any>;
}

/** Asks an agent over a socket, in a new conversation, and does not wait. */
export async function askOverSocket(client: Client, agent: string, content: string): Promise<CrewRun> {
  const socket = await client.socket();
  const sessionId = randomUUID();
  const { run_id: runId } = await socket.ask('message:send', {
    content,
    agent_name: agent,
    client_message_id: randomUUID(),
    session_id: sessionId,
  });
  const events = (): any[] => socket.answer(runId);
  const found = (fits: (event: any) => boolean): Promise<any> =>
    eventually(() => events().find(fits), 60_000);
  return { runId, sessionId, socket, events, found, final: () => found(({ event }) => FINAL.test(event)) };
}

/** What is left of a run once nothing happens any more: how it ended, and what the conversation holds. */
export async function whatIsLeft(client: Client, { runId, sessionId, events }: CrewRun) {
  const { body } = await client.get(`/chat/history/${sessionId}`);
  const messages: any[] = body.session?.messages ?? [];
  const all = events();
  return {
    finals: all.filter(({ event }) => FINAL.test(event)).map(({ event }) => String(event)),
    gapless: all.every(({ seq }, index) => seq === index + 1),
    text: all.map(({ event, text }) => (event === 'text.delta' ? text : '')).join(''),
    /** Without the question. */
    answers: messages.filter(({ type }) => type !== 'user'),
    run: runId,
  };
}
