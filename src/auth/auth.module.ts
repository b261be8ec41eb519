import { Global, Logger, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { AuthConfig } from '../config/config.js';
import { assertAuthConfig } from './assert-auth-config.js';
import { AuthService } from './auth.service.js';
import { ClientAddress } from './client-address.js';
import { DemoController } from './demo/demo.controller.js';
import { DemoSecret } from './demo/demo-secret.js';
import { DemoService } from './demo/demo.service.js';
import { AuthMeClient } from './identity/auth-me.client.js';
import { IdentitiesService } from './identity/identities.service.js';
import { IdentityWatchService } from './identity/identity-watch.service.js';
import { Revocations } from './identity/revocations.service.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { ProbeLimiter } from './probe-limiter.js';
import { RolesGuard } from './roles.guard.js';
import { TicketSweeper } from './tickets/ticket-sweeper.js';
import { TicketsController } from './tickets/tickets.controller.js';
import { TicketsRepository } from './tickets/tickets.repository.js';
import { TicketsService } from './tickets/tickets.service.js';
import { JwksKeys } from './tokens/jwks-keys.js';
import { TokenVerifier } from './tokens/token-verifier.js';

/** Who is asking, on every transport; the global guards; demo identities; tickets for the raw WebSocket. */
@Global()
@Module({
  imports: [PassportModule, JwtModule.register({})],
  controllers: [DemoController, TicketsController],
  providers: [
    AuthService,
    TokenVerifier,
    JwksKeys,
    JwtStrategy,
    IdentitiesService,
    IdentityWatchService,
    Revocations,
    AuthMeClient,
    ClientAddress,
    ProbeLimiter,
    DemoSecret,
    DemoService,
    TicketsRepository,
    TicketsService,
    TicketSweeper,
    { provide: APP_GUARD, useClass: JwtAuthGuard },
    { provide: APP_GUARD, useClass: RolesGuard },
  ],
  exports: [AuthService, TicketsService, ClientAddress],
})
export class AuthModule implements OnModuleInit {
  private readonly logger = new Logger('auth');

  constructor(private readonly config: AuthConfig) {}

  /** Throws ConfigError for settings that would let strangers in; says so where demo identities are on. */
  onModuleInit(): void {
    for (const warning of assertAuthConfig(this.config)) this.logger.warn(warning);
    if (this.config.demo) {
      const audience = this.config.demoForAll
        ? 'everybody who can reach the service'
        : 'requests from this machine';
      this.logger.warn(`Demo mode: POST /chat/demo/token gives an identity to ${audience}.`);
    }
  }
}
