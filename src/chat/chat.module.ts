import { Module } from '@nestjs/common';
import { AssistantsModule } from '../assistants/assistants.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { Answerer, Completion } from '../runs/runs.ports.js';
import { UsageModule } from '../usage/usage.module.js';
import { AnsweringModule } from './answering.module.js';
import { AgentAnswerer } from './agent-answerer.service.js';
import { AnswersService } from './answers.service.js';
import { ChatSessionsService } from './chat-sessions.service.js';
import { ChatService } from './chat.service.js';
import { ChatCompletion } from './chat-completion.service.js';
import { RegenerateService } from './regenerate.service.js';
import { SendRules } from './send-rules.service.js';
import { AdmissionService } from './live/admission.service.js';
import { LiveService } from './live/live.service.js';
import { RevokedUsers } from './live/revoked-users.service.js';
import { SessionFeeds } from './live/session-feeds.service.js';
import { TouchedSessions } from './live/touched-sessions.service.js';
import { PresenceService } from './live/presence.service.js';
import { TypingService } from './live/typing.service.js';
import { RawArrivals } from './raw/raw-arrivals.js';
import { RawIdentity } from './raw/raw-identity.js';
import { RawCommands } from './raw/raw-commands.js';
import { RawGateway } from './raw/raw.gateway.js';
import { AnswerStreams } from './rest/answer-streams.service.js';
import { MessagesController } from './rest/messages.controller.js';
import { RunsController } from './rest/runs.controller.js';
import { SessionsController } from './rest/sessions.controller.js';
import { ChatGateway } from './sockets/chat.gateway.js';
import { SocketArrivals } from './sockets/socket-arrivals.js';
import { SocketCommands } from './sockets/socket-commands.js';
import { SocketIdentity } from './sockets/socket-identity.js';
import { SocketReplay } from './sockets/socket-replay.js';
import { SocketRooms } from './sockets/socket-rooms.js';

const runs = RunsModule.forRoot({
  imports: [AnsweringModule],
  providers: [
    { provide: Answerer, useExisting: AgentAnswerer },
    { provide: Completion, useExisting: ChatCompletion },
  ],
});

@Module({
  imports: [runs, AnsweringModule, ConversationsModule, AssistantsModule, UsageModule],
  controllers: [MessagesController, SessionsController, RunsController],
  providers: [
    ChatService,
    SendRules,
    RegenerateService,
    AnswersService,
    AnswerStreams,
    ChatSessionsService,
    AdmissionService,
    LiveService,
    SessionFeeds,
    TouchedSessions,
    RevokedUsers,
    PresenceService,
    TypingService,
    ChatGateway,
    SocketArrivals,
    SocketCommands,
    SocketIdentity,
    SocketReplay,
    SocketRooms,
    RawGateway,
    RawArrivals,
    RawIdentity,
    RawCommands,
  ],
  exports: [SocketIdentity, AdmissionService],
})
export class ChatModule {}
