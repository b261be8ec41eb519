import type { Role } from '../auth/principal.js';

/** What the local engine can do for a role, as phrases that follow "I can". */
export function localAbilities(role: Role): string[] {
  const scopes: Readonly<Record<Role, string>> = {
    super_admin: ', and those of your organisation or the whole platform',
    tenant_admin: ', and those of your organisation',
    user: '',
    readonly: '',
  };
  const figures: Readonly<Record<Role, readonly string[]>> = {
    super_admin: [
      'show how the platform is doing: load, neighbours, requests, times of answers, errors',
      'show what was refused, such as failed logins',
    ],
    tenant_admin: [
      'show how your organisation uses its assistants: conversations, users, times of answers, topics, ratings, retention',
    ],
    user: ['measure a text: length, readability, use of words'],
    readonly: [],
  };
  return [
    ...figures[role],
    'search the documentation of this service and quote what it says',
    'remember what you ask me to, tell it and forget it',
    `report your own usage and limits${scopes[role]}`,
    'explain what I and my agents are for',
  ];
}

/** That no language model is there, and what the role can do about it. */
export function modelHint(role: Role): string {
  return role === 'super_admin'
    ? 'No language model is connected, so I cannot reason about a question or write texts. Set `OPENAI_API_KEY`, `ANTHROPIC_API_KEY` or `OPENAI_BASE_URL` and restart the service to connect one.'
    : 'No language model is connected, so I cannot reason about a question or write texts. An administrator of the platform can connect one.';
}
