import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { AppError } from '../errors/app-error.js';
import { CommonErrors } from '../errors/common.errors.js';
import { validationError } from '../errors/validation.js';
import { isBoundedJson } from '../bounded-json.js';
import type { OriginPolicy } from '../sockets/origin-policy.js';

const BODY_LIMIT = '256kb';
const BODY_DEPTH = 32;
const BODY_NODES = 20_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const TENANT = /^tenant(_?id)?$/i;
/** Node looks every 30 s by default. An option of http.createServer, which Nest calls without options. */
const TIMEOUTS_CHECKED_EVERY_MS = 1_000;

/** What every HTTP request passes before it reaches a route: proxies, security headers, CORS, the JSON body. */
export function setUpHttp(app: NestExpressApplication, origins: OriginPolicy, trustProxy: string): void {
  app.disable('x-powered-by');
  app.set('trust proxy', trustProxy);
  app.set('query parser', 'simple');
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
        useDefaults: false,
      },
      crossOriginResourcePolicy: { policy: 'same-site' },
      referrerPolicy: { policy: 'no-referrer' },
    }),
  );
  app.enableCors((request: Request, decide) => {
    const origin = request.headers.origin;
    decide(null, {
      origin: origin !== undefined && origins.allows(origin, request.headers.host),
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Request-ID', 'Last-Event-ID'],
      exposedHeaders: [
        'X-Request-ID',
        'X-Session-Id',
        'X-Run-Id',
        'Retry-After',
        'RateLimit-Limit',
        'RateLimit-Remaining',
        'RateLimit-Reset',
      ],
      credentials: false,
      maxAge: 600,
    });
  });
  app.use(noStore);
  app.use(
    express.json({ limit: BODY_LIMIT, strict: true, type: ['application/json', 'application/*+json'] }),
  );
  app.use(boundBody);
  app.use(refuseTenant);
}

/** Limits on slow senders (slowloris): headers within 10 s, a whole request within 30 s. To be called before it listens. */
export function limitSlowRequests(app: NestExpressApplication): void {
  const server: Server & { connectionsCheckingInterval?: number } = app.getHttpServer();
  server.connectionsCheckingInterval = TIMEOUTS_CHECKED_EVERY_MS;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = 5_000;
}

function noStore(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  next();
}

/** A tenant comes from the token alone; who names one expects more than is given. Also on routes that read no query or body. */
function refuseTenant(request: Request, _response: Response, next: NextFunction): void {
  const body: unknown = request.body;
  const fields = [request.query, isObject(body) ? body : {}].flatMap((part) => Object.keys(part));
  const named = fields.find((field) => TENANT.test(field));
  const message = 'the tenant comes from your token; leave it out';
  next(named === undefined ? undefined : validationError([{ path: [named], message }]));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function boundBody(request: Request, _response: Response, next: NextFunction): void {
  const hasBody =
    Number(request.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in request.headers;
  if (hasBody && request.body === undefined && !request.is('multipart/form-data')) {
    next(
      new AppError(
        CommonErrors.UNSUPPORTED_MEDIA_TYPE,
        'Send JSON with the header Content-Type: application/json.',
      ),
    );
  } else if (
    request.body !== undefined &&
    !isBoundedJson(request.body, { depth: BODY_DEPTH, nodes: BODY_NODES })
  ) {
    next(
      new AppError(CommonErrors.VALIDATION_FAILED, 'The body is nested too deeply or has too many values.'),
    );
  } else {
    next();
  }
}
