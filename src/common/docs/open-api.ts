import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import type { ErrorDefinition } from '../errors/app-error.js';
import { ErrorBody } from '../errors/error-body.js';
import { errorResponse, isParameterSchema, PROBLEM_JSON } from '../http/api-route.decorator.js';
import { buildAsyncApi, type SocketChannel } from './async-api.js';
import { SOCKET_CHANNELS } from './docs.module.js';
import { SchemaComponents, type SchemaSide } from './schema-components.js';
import { serviceVersion } from './service-version.js';
import { serveJson, serveSwaggerUi } from './swagger-ui.js';

const DESCRIPTION = `Role-based AI assistants for the BizOSaaS admin dashboards.

Every failure is answered with one body, \`application/problem+json\`; its \`code\` is stable. Times are ISO 8601 UTC.
Sockets (socket.io and raw WebSocket) are described in [/chat/asyncapi.json](/chat/asyncapi.json).`;

const TITLE = 'BizOSaaS AI Chat Service';

/**
 * Serves the documentation where the configuration has it: /chat/docs, /chat/docs-json, and /chat/asyncapi.json for
 * the channels of DocsModule. Otherwise these addresses stay unknown.
 * Call it before the application is initialised and after its middleware is set.
 * In: `authErrors`, what a guarded route may answer before its handler is reached (401, 403, 429, 503).
 */
export function setupOpenApi(
  app: NestExpressApplication,
  config: { readonly docs: boolean },
  version: string = serviceVersion(),
  authErrors: readonly ErrorDefinition[] = [],
): void {
  if (!config.docs) return;
  const openApi = once(() => buildOpenApi(app, version, authErrors));
  serveSwaggerUi(app, openApi);
  const channels = app.get<readonly SocketChannel[]>(SOCKET_CHANNELS, { strict: false });
  const asyncApi = once(() => buildAsyncApi({ title: `${TITLE}: sockets`, version, channels }));
  serveJson(app, '/chat/asyncapi.json', asyncApi);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Out: the OpenAPI 3.1 document of every route of `app`. */
export function buildOpenApi(
  app: NestExpressApplication,
  version: string,
  authErrors: readonly ErrorDefinition[] = [],
): OpenAPIObject {
  const components = new SchemaComponents('openapi');
  components.add(ErrorBody, 'output');
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(TITLE)
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .addServer('/', 'This service')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The value of METRICS_TOKEN.' }, 'metrics')
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    standardSchemaConverter: (schema, { schemaType }) => convert(components, schema, schemaType),
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  document.components = { ...document.components, schemas: components.schemas as never };
  addAuthErrors(document, authErrors);
  return document;
}

function convert(components: SchemaComponents, schema: unknown, side: SchemaSide) {
  if (!(schema instanceof z.ZodType)) return undefined;
  const converted = components.add(schema, side);
  const name = typeof converted['$ref'] === 'string' ? converted['$ref'].split('/').at(-1) : undefined;
  return { schema: name && isParameterSchema(schema) ? components.schemas[name] : converted };
}

/** Guards answer before a handler, so their errors belong to every route that asks for a token. */
function addAuthErrors(document: OpenAPIObject, errors: readonly ErrorDefinition[]): void {
  for (const item of Object.values(document.paths)) {
    for (const operation of [item.get, item.post, item.put, item.patch, item.delete]) {
      if (!operation?.security?.some((needed) => 'bearer' in needed)) continue;
      for (const status of new Set(errors.map((error) => error.status))) {
        const added = errorResponse(
          status,
          errors.filter((error) => error.status === status),
        );
        operation.responses[status] = merged(operation.responses[status], added) as never;
      }
    }
  }
}

type Documented = ReturnType<typeof errorResponse>;

function merged(known: unknown, added: Documented): object {
  const { status: _, ...response } = added;
  const before = known as Partial<Documented> | undefined;
  const examples = before?.content?.[PROBLEM_JSON]?.examples;
  return {
    ...before,
    ...response,
    description: examples ? `${before?.description}\n\n${response.description}` : response.description,
    content: {
      ...before?.content,
      [PROBLEM_JSON]: {
        ...response.content[PROBLEM_JSON],
        examples: { ...examples, ...response.content[PROBLEM_JSON].examples },
      },
    },
  };
}
