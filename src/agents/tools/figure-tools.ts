import { ConversationFiguresTool } from './bizbot/conversation-figures.tool.js';
import { FeedbackSummaryTool } from './bizbot/feedback-summary.tool.js';
import { ResponseTimesTool } from './bizbot/response-times.tool.js';
import { TopTopicsTool } from './bizbot/top-topics.tool.js';
import { UserRetentionTool } from './bizbot/user-retention.tool.js';
import { SearchDocumentsTool } from './infobot/search-documents.tool.js';
import { AnswerTimesTool } from './infrabot/answer-times.tool.js';
import { PlatformStatusTool } from './infrabot/platform-status.tool.js';
import { PrometheusRangeTool } from './infrabot/prometheus-range.tool.js';
import { RecentErrorsTool } from './infrabot/recent-errors.tool.js';
import { RequestRatesTool } from './infrabot/request-rates.tool.js';
import { SecurityEventsTool } from './infrabot/security-events.tool.js';
import { CopyCheckTool } from './marketbot/copy-check.tool.js';
import { MyUsageTool, PlatformUsageTool, TenantUsageTool } from './usage/usage.tools.js';

/** Tools that look things up: figures of what is stored and measured, and documents. */
export const FIGURE_TOOLS = [
  PlatformStatusTool,
  RequestRatesTool,
  AnswerTimesTool,
  RecentErrorsTool,
  SecurityEventsTool,
  PrometheusRangeTool,
  PlatformUsageTool,
  TenantUsageTool,
  MyUsageTool,
  ConversationFiguresTool,
  ResponseTimesTool,
  TopTopicsTool,
  FeedbackSummaryTool,
  UserRetentionTool,
  CopyCheckTool,
  SearchDocumentsTool,
] as const;
