import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChatConfig } from '../config/config.js';
import { Windows } from '../redis/windows.js';
import { EventLimiter } from './event-limiter.service.js';
import { HttpThrottlerGuard, throttlerOptions } from './http-throttler.guard.js';
import { RateLimiter } from './rate-limiter.service.js';
import { UsageController } from './usage.controller.js';
import { UsageEntry } from './usage-entry.entity.js';
import { UsageRepository } from './usage.repository.js';
import { UsageService } from './usage.service.js';

/** Global guards run in the order of the application's imports: this module comes after AuthModule. */
@Module({
  imports: [
    TypeOrmModule.forFeature([UsageEntry]),
    ThrottlerModule.forRootAsync({
      inject: [ChatConfig, Windows],
      useFactory: throttlerOptions,
    }),
  ],
  controllers: [UsageController],
  providers: [
    UsageRepository,
    UsageService,
    RateLimiter,
    EventLimiter,
    { provide: APP_GUARD, useClass: HttpThrottlerGuard },
  ],
  exports: [UsageService, RateLimiter, EventLimiter],
})
export class UsageModule {}
