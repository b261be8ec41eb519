import { z } from 'zod';
import { ErrorBody } from '../common/errors/error-body.js';
import { AnswerPart } from '../common/parts/answer-part.contract.js';
import { Message } from '../conversations/message.contract.js';

const place = {
  session_id: z.string(),
  run_id: z.uuid(),
  epoch: z.int(),
  seq: z.int(),
};

const answerEvent = <E extends string, S extends z.ZodRawShape>(event: E, shape: S) =>
  z.object({ event: z.literal(event), ...place, ...shape });

/** The one union of answer events; every transport encodes these and nothing else. */
export const AnswerEvent = z
  .discriminatedUnion('event', [
    answerEvent('reset', { reason: z.string() }),
    answerEvent('run.started', {
      message_id: z.uuid(),
      in_reply_to: z.uuid(),
      agent_name: z.string(),
      assistant_name: z.string(),
    }),
    answerEvent('run.status', { text: z.string() }),
    answerEvent('text.delta', { text: z.string() }),
    answerEvent('part', { part: AnswerPart }),
    answerEvent('run.awaiting_approval', { approval_id: z.string() }),
    answerEvent('run.completed', { message: Message }),
    answerEvent('run.failed', { error: ErrorBody, retriable: z.boolean() }),
    answerEvent('run.cancelled', { message: Message.nullable() }),
    answerEvent('run.interrupted', { retriable: z.boolean() }),
    answerEvent('resync', { reason: z.string(), message: Message.nullable() }),
  ])
  .meta({
    id: 'AnswerEvent',
    description: 'seq counts from 1 without gaps within an epoch. A higher epoch drops what was shown.',
  });
export type AnswerEvent = z.infer<typeof AnswerEvent>;
