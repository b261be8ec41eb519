import { RenameConversationTool } from './rename-conversation.tool.js';

/** Every tool of the service. */
export const TOOLS = [RenameConversationTool] as const;
