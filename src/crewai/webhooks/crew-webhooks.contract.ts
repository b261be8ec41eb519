import { z } from 'zod';

export const CrewRunId = z.uuid();

const MAX_EVENTS = 1000;
const Id = z.string().max(128).optional().catch(undefined);

/** What a crew reports. Its forms differ and may grow, so only what a wake-up needs is looked at. */
export const CrewReport = z
  .looseObject({
    execution_id: Id,
    kickoff_id: Id,
    task_id: Id,
    events: z
      .array(
        z.looseObject({
          execution_id: Id,
          type: Id,
          data: z.looseObject({ task_id: Id }).optional().catch(undefined),
        }),
      )
      .max(MAX_EVENTS)
      .optional(),
  })
  .meta({ id: 'CrewReport', description: 'Events of a crew, in any order and more than once.' });
export type CrewReport = z.infer<typeof CrewReport>;

export const WebhookQuery = z.object({
  secret: z
    .string()
    .max(200)
    .optional()
    .describe("The run's own secret, where it is not sent as bearer token."),
});

export const WebhookTaken = z.object({ status: z.literal('ok') }).meta({ id: 'WebhookTaken' });
export type WebhookTaken = z.infer<typeof WebhookTaken>;
