import { z } from 'zod';
import { Role } from '../../auth/principal.js';

export const ServiceInfo = z
  .object({
    service: z.literal('bizosaas-ai-chat-service'),
    status: z.literal('healthy'),
    version: z.string(),
    timestamp: z.iso.datetime(),
    supported_roles: z.array(Role),
  })
  .meta({ id: 'ServiceInfo' });
export type ServiceInfo = z.infer<typeof ServiceInfo>;

export const Neighbour = z
  .object({
    status: z
      .enum(['up', 'down', 'not_configured'])
      .describe('A neighbour that is not configured does not degrade the service.'),
    response_time: z.number().optional().describe('Milliseconds.'),
  })
  .meta({ id: 'Neighbour' });
export type Neighbour = z.infer<typeof Neighbour>;

export const HealthReport = z
  .object({
    status: z
      .enum(['healthy', 'degraded', 'unhealthy'])
      .describe('unhealthy: the database is down. degraded: another configured neighbour is.'),
    database: Neighbour,
    redis: Neighbour,
    auth_service: Neighbour,
    crew_ai: Neighbour,
    mcp: Neighbour.describe('down when one of the MCP servers does not answer.'),
    llm: Neighbour.describe(
      'Told from the calls that were made: down when every configured provider failed last.',
    ),
    websocket_connections: z.int().describe('Open sockets of this node, both transports.'),
    chat_processor: z.object({
      status: z.enum(['up', 'down']).describe('down while the process drains and takes no new answers.'),
      running: z.int().describe('Answers that this node is working on.'),
    }),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: 'HealthReport' });
export type HealthReport = z.infer<typeof HealthReport>;

export const Probe = z
  .object({
    status: z.enum(['up', 'down']),
    reason: z.enum(['starting', 'draining', 'database']).optional(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: 'Probe' });
export type Probe = z.infer<typeof Probe>;
