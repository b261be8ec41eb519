import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { assertAuthConfig } from './auth/assert-auth-config.js';
import { GUARD_ERRORS } from './auth/auth.errors.js';
import { AppModule } from './app.module.js';
import { AdmissionService } from './chat/live/admission.service.js';
import { SocketIdentity } from './chat/sockets/socket-identity.js';
import { setupOpenApi } from './common/docs/open-api.js';
import { serviceVersion } from './common/docs/service-version.js';
import { limitSlowRequests, setUpHttp } from './common/http/http-plumbing.js';
import { Supervision } from './common/ipc/supervision.js';
import { createLogger } from './common/logging/logger.js';
import { httpLogging } from './common/logging/http-logging.js';
import { PinoNestLogger } from './common/logging/nest-logger.js';
import { OriginPolicy } from './common/sockets/origin-policy.js';
import { SocketIoAdapter } from './common/sockets/socket-io.adapter.js';
import { AuthConfig, LogConfig, ServerConfig, SocketConfig } from './config/config.js';
import type { Env } from './config/env.schema.js';
import { httpMetrics } from './monitoring/metrics/http-metrics.js';
import { Metrics } from './monitoring/metrics/metrics.js';

/**
 * Builds the whole service from its environment, for the supervisor where there is one; it does not listen yet.
 * Throws when a part cannot start.
 */
export async function createApp(env: Env, supervision = Supervision.none): Promise<NestExpressApplication> {
  const logger = createLogger(new LogConfig(env));
  assertAuthConfig(new AuthConfig(env));
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(env, supervision), {
    logger: new PinoNestLogger(logger),
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  const server = app.get(ServerConfig);
  const origins = new OriginPolicy(server.corsOrigins);
  app.use(httpLogging(logger), httpMetrics(app.get(Metrics)));
  setUpHttp(app, origins, server.trustProxy);
  app.useWebSocketAdapter(socketIo(app));
  setupOpenApi(app, server, serviceVersion(), GUARD_ERRORS);
  limitSlowRequests(app);
  return app;
}

function socketIo(app: NestExpressApplication): SocketIoAdapter {
  const { maxFrame, pingInterval, pingTimeout } = app.get(SocketConfig);
  const identity = app.get(SocketIdentity);
  const admission = app.get(AdmissionService);
  return new SocketIoAdapter(app, {
    maxFrame,
    pingInterval,
    pingTimeout,
    refusalOf: (upgrade) => admission.refusalOf(upgrade, 'socketio'),
    authenticate: (socket) => identity.admit(socket),
  });
}
