import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { UpdateSession } from '../../conversations/conversations.contract.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { Tool, type ToolCaller, type ToolFindings, type ToolManifest } from './tool.contract.js';

const Arguments = z.strictObject({
  title: UpdateSession.shape.title.unwrap().describe('The new title, one line.'),
});
type Arguments = z.infer<typeof Arguments>;

/** Gives the conversation in which it is called another title. */
@Injectable()
export class RenameConversationTool extends Tool<Arguments> {
  readonly manifest: ToolManifest = {
    name: 'rename_conversation',
    title: 'Renaming the conversation',
    description:
      'Gives this conversation another title in the list of conversations. Use it only where the user asks for that.',
    roles: ['super_admin', 'tenant_admin', 'user'],
    scope: 'own',
    effect: 'write',
    approval: true,
    timeout: 5_000,
    budget: 2,
  };
  readonly parameters = Arguments;

  constructor(private readonly conversations: ConversationsService) {
    super();
  }

  async run({ title }: Arguments, { principal, sessionId }: ToolCaller): Promise<ToolFindings> {
    await this.conversations.update(principal, sessionId, { title });
    return { text: 'The conversation has the new title.' };
  }
}
