import type { DataSource } from 'typeorm';
import type { Answered, Client } from './client.js';

/** Asks for a change by the backend of asking-backend.ts; comes back when the answer waits for a person. */
export async function asked(
  client: Client,
  message = 'Change it',
  more: object = {},
): Promise<{ runId: string; approvalId: string; body: any }> {
  const { status, body } = await client.send(message, { session_id: 's', ...more });
  if (status !== 202) throw new Error(`The answer did not wait: ${status} ${JSON.stringify(body)}`);
  return { runId: body.run_id, approvalId: body.approval_id, body };
}

export function decide(
  client: Client,
  runId: string,
  approvalId: string,
  approved: boolean,
  more: object = {},
): Promise<Answered> {
  return client.call('POST', `/chat/runs/${runId}/approval`, { approval_id: approvalId, approved, ...more });
}

/** The events of a run's newest epoch, to its end. */
export async function eventsOf(client: Client, runId: string): Promise<any[]> {
  const events = [];
  for await (const { data } of client.events('GET', `/chat/runs/${runId}/events`)) events.push(data);
  return events;
}

/** Waits for the last event of a run. */
export async function ended(client: Client, runId: string): Promise<any> {
  return (await eventsOf(client, runId)).at(-1);
}

/** What the audit record has of decisions in the client's tenant. */
export function auditOf(db: DataSource, { tenant }: Client): Promise<unknown[]> {
  return db.query(
    `SELECT outcome, subject, details FROM audit_log WHERE tenant_id = $1 AND action = 'approval.decide'`,
    [tenant],
  );
}
