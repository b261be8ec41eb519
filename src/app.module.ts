import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AgentsModule } from './agents/agents.module.js';
import { AssistantsModule } from './assistants/assistants.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { chatChannels } from './chat/chat-channels.js';
import { ChatModule } from './chat/chat.module.js';
import { DocsModule } from './common/docs/docs.module.js';
import { SchemaPipe } from './common/errors/schema.pipe.js';
import { SupervisionModule } from './common/ipc/supervision.module.js';
import { Supervision } from './common/ipc/supervision.js';
import { HttpErrorFilter } from './common/http/error.filter.js';
import { RepliesInterceptor } from './common/http/replies.js';
import { ConfigModule } from './config/config.module.js';
import type { Env } from './config/env.schema.js';
import { ConversationsModule } from './conversations/conversations.module.js';
import { CrewaiModule } from './crewai/crewai.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DatasetsModule } from './datasets/datasets.module.js';
import { LlmModule } from './llm/llm.module.js';
import { MemoryModule } from './memory/memory.module.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { RedisModule } from './redis/redis.module.js';
import { UsageModule } from './usage/usage.module.js';
import { WidgetModule } from './widget/widget.module.js';

/** The composition root: the only file that knows every feature. */
@Module({})
export class AppModule {
  /** In: the environment, and the supervisor where one started this process. */
  static forRoot(env: Env, supervision = Supervision.none): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(env),
        SupervisionModule.forRoot(supervision),
        DatabaseModule,
        RedisModule,
        AuditModule,
        AuthModule,
        AssistantsModule,
        LlmModule,
        ConversationsModule,
        DatasetsModule,
        UsageModule,
        MemoryModule,
        CrewaiModule,
        AgentsModule,
        ChatModule,
        MonitoringModule,
        WidgetModule,
        DocsModule.forRoot({ channels: chatChannels }),
      ],
      providers: [
        { provide: APP_FILTER, useClass: HttpErrorFilter },
        { provide: APP_PIPE, useClass: SchemaPipe },
        { provide: APP_INTERCEPTOR, useClass: RepliesInterceptor },
      ],
    };
  }
}
