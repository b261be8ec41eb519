import { FIGURE_TOOLS } from './figure-tools.js';
import { RenameConversationTool } from './rename-conversation.tool.js';

/** Every tool of the service. */
export const TOOLS = [RenameConversationTool, ...FIGURE_TOOLS] as const;
