import { z } from 'zod';
import { doc } from './env-doc.js';
import { crewAgents, flag, url, whole } from './env-fields.js';

/** The variables of crews, as members of the whole schema. */
export const crewEnv = {
  CREW_AI_SERVICE_URL: url('http', 'https')
    .optional()
    .meta(doc('Crews', 'The Crew service.', { example: 'http://localhost:8000' })),
  CREW_AI_TIMEOUT: whole(30, 1, 170).meta(
    doc('Crews', 'Seconds that a crew may stay silent: until its answer, or between signs of life.'),
  ),
  CREW_AI_RETRY_ATTEMPTS: whole(3, 1, 10).meta(
    doc('Crews', 'Times that a crew is asked in all, as long as it has certainly not begun.'),
  ),
  CREW_AI_CONTRACT: z
    .enum(['sync', 'amp', 'agui'])
    .default('sync')
    .meta(doc('Crews', 'sync: the Crew service; amp: a crew deployed on CrewAI AMP; agui: AG-UI 1.0.')),
  CREW_AI_TOKEN: z
    .string()
    .min(1)
    .optional()
    .meta(
      doc('Crews', 'Bearer token that CREW_AI_SERVICE_URL is sent.', { example: 'your-key', secret: true }),
    ),
  CREW_AI_AGENTS: crewAgents.optional().meta(
    doc(
      'Crews',
      'Agents with a crew of their own, as JSON: a path, an address, or url, contract and token.',
      {
        example: '{"lead_analyzer":{"url":"https://leads.example.com","contract":"amp","token":"your-key"}}',
        secret: true,
      },
    ),
  ),
  ENABLE_ENHANCED_RESPONSES: flag(true).meta(
    doc('Crews', 'With a model configured, it says whole answers of crews in the voice of the assistant.'),
  ),
  ENHANCED_RESPONSES_WAIT_MS: whole(2000, 100, 60_000).meta(
    doc('Crews', 'Milliseconds that the first word of it is waited for; then the crew is shown as it is.'),
  ),
  CREW_AI_WEBHOOK_URL: url('http', 'https')
    .optional()
    .meta(
      doc('Crews', 'Where crews on AMP reach this service; without it they are only polled.', {
        example: 'https://chat.example.com',
      }),
    ),
  CREW_AI_WEBHOOK_SECRET: z
    .string()
    .min(32)
    .optional()
    .meta(
      doc(
        'Crews',
        'From which the secrets of webhooks are made; needed where several processes or nodes run.',
        {
          example: 'a-long-random-string-of-32-bytes-or-more',
          secret: true,
        },
      ),
    ),
};
