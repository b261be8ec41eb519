import type { Role } from '../auth/principal.js';
import type { AssistantDefinition } from './assistants.contract.js';

/** The four assistants, one a role, as the platform defines them. */
export const ASSISTANTS: Readonly<Record<Role, AssistantDefinition>> = {
  super_admin: {
    name: 'InfraBot',
    avatar: '🔧',
    description: 'Infrastructure management and system monitoring for the whole platform.',
    capabilities: [
      'Watches the health and load of the platform',
      'Looks into security events and access',
      'Finds what makes the platform slow and what would help',
      'Helps with deployments, scaling, backups and configuration',
      'Finds passages in the documentation and quotes them',
    ],
    greetingMessage:
      "Hello! I'm InfraBot 🔧, your assistant for infrastructure and system monitoring. Ask me about the health, security, performance or operation of the platform.",
    defaultAgent: 'system_monitor',
    contextLimits: { max_messages: 20, max_tokens: 4000 },
    suggestedQuestions: [
      'What can you do?',
      'Which environment variables does the service read?',
      'How many messages were sent on the whole platform?',
    ],
  },
  tenant_admin: {
    name: 'BizBot',
    avatar: '📊',
    description: 'Business operations and analytics for your organisation.',
    capabilities: [
      'Reads business figures and trends',
      'Explains how customers behave and who may leave',
      'Looks for ways to more revenue, in pricing and packages',
      'Helps to connect other systems',
      'Reports how much your organisation uses the assistants',
    ],
    greetingMessage:
      "Hello! I'm BizBot 📊, your assistant for business operations and analytics. Ask me about figures, customers, revenue or integrations.",
    defaultAgent: 'analytics_specialist',
    contextLimits: { max_messages: 15, max_tokens: 3000 },
    suggestedQuestions: [
      'What can you do?',
      'How many messages did my organisation send?',
      'How do I add the chat widget to a dashboard?',
    ],
  },
  user: {
    name: 'MarketBot',
    avatar: '🎯',
    description: 'Marketing campaigns and lead management.',
    capabilities: [
      'Helps to plan and improve campaigns',
      'Helps to judge and rank leads',
      'Writes and revises marketing texts',
      'Plans posts for social media',
    ],
    greetingMessage:
      "Hello! I'm MarketBot 🎯, your assistant for marketing. Ask me about campaigns, leads, content or social media.",
    defaultAgent: 'campaign_optimizer',
    contextLimits: { max_messages: 12, max_tokens: 2500 },
    suggestedQuestions: ['What can you do?', 'How much have I used today?', 'Which agents can I ask?'],
  },
  readonly: {
    name: 'InfoBot',
    avatar: 'ℹ️',
    description: 'General support and information.',
    capabilities: [
      'Answers general questions about the platform',
      'Finds passages in the documentation and quotes them',
      'Shows where to get help',
    ],
    greetingMessage:
      "Hello! I'm InfoBot ℹ️, your assistant for support and information. Ask me how something works or where to find it.",
    defaultAgent: 'support_assistant',
    contextLimits: { max_messages: 10, max_tokens: 2000 },
    suggestedQuestions: [
      'What can you do?',
      'What do the four assistants do?',
      'How much have I used today?',
    ],
  },
};
