import type { defineChat } from '../src/loader/bizosaas-chat.js';
import type { ChatEvent } from '../src/loader/panel-contract.js';
import { clearEvents, showAssistant, showEvent, showHealth, showSessions } from './cards.js';
import { ask, byId, make } from './page.js';
import { sqlAdmin, tailAdmin } from './snippets.js';

declare const BizOSaaSChat: ReturnType<typeof defineChat>;

const ROLES = [
  { role: 'super_admin', avatar: '🔧', name: 'Super admin', text: 'Runs the platform' },
  { role: 'tenant_admin', avatar: '📊', name: 'Tenant admin', text: 'Runs a business' },
  { role: 'user', avatar: '🎯', name: 'User', text: 'Runs campaigns' },
  { role: 'readonly', avatar: 'ℹ️', name: 'Read only', text: 'Looks things up' },
] as const;
type Role = (typeof ROLES)[number]['role'];

const KEPT = 'bizosaas-chat-demo:role';
const EVENTS: readonly ChatEvent[] = ['ready', 'open', 'close', 'message', 'answer', 'error', 'unread'];
const api = location.href.replace(/\/chat\/widget.*$/, '');
let chosen = 0;

function useToken(token: string, open: boolean, getToken?: () => Promise<string>): void {
  clearEvents();
  const chat = new BizOSaaSChat({
    apiUrl: api,
    authToken: token,
    ...(getToken ? { getToken } : {}),
    context: { current_page: 'demo' },
  });
  if (open) chat.open();
  const turn = ++chosen;
  const refresh = () => {
    if (turn === chosen) showSessions(token).catch(report);
  };
  for (const name of EVENTS) {
    chat.on(name, (data) => {
      if (turn === chosen) showEvent(name, detailOf(data));
      if (name === 'answer' || name === 'message') refresh();
    });
  }
  showAssistant(token).catch(report);
  refresh();
}

function detailOf(data: unknown): string {
  const {
    code,
    count,
    agent_name: agent,
  } = (data ?? {}) as { code?: string; count?: number; agent_name?: string };
  return code ?? agent ?? (count === undefined ? '' : String(count));
}

const demoToken = async (role: Role) =>
  (await ask<{ token: string }>('demo/token', undefined, { role })).token;

async function choose(role: Role, open: boolean): Promise<void> {
  try {
    const token = await demoToken(role);
    sessionStorage.setItem(KEPT, role);
    for (const button of byId('roles').children) {
      button.setAttribute('aria-checked', String((button as HTMLElement).dataset.role === role));
    }
    say(null);
    useToken(token, open, () => demoToken(role));
  } catch (error) {
    refused(error as Error & { status?: number });
  }
}

function refused(error: Error & { status?: number }): void {
  const off = error.status === 404;
  say(
    off
      ? 'Demo identities are switched off here. Paste an access token of your own to try the chat.'
      : error.message,
  );
  if (!off && error.status !== 403) return;
  byId('paste').hidden = false;
  for (const button of byId('roles').querySelectorAll('button')) button.disabled = true;
}

function say(text: string | null): void {
  const message = byId('message');
  message.hidden = text === null;
  message.textContent = text;
}

const report = (error: Error) => say(error.message);

function setUp(): void {
  byId('roles').append(
    ...ROLES.map(({ role, avatar, name, text }) => {
      const button = make(
        'button',
        'role',
        make('i', '', avatar),
        make('b', '', name),
        make('span', '', text),
      );
      button.setAttribute('type', 'button');
      button.setAttribute('role', 'radio');
      button.setAttribute('aria-checked', 'false');
      button.dataset.role = role;
      button.addEventListener('click', () => void choose(role, true));
      return button;
    }),
  );
  byId('dark').addEventListener('click', (event) => {
    const dark = document.documentElement.classList.toggle('dark');
    (event.currentTarget as HTMLElement).setAttribute('aria-pressed', String(dark));
  });
  byId('paste').addEventListener('submit', (event) => {
    event.preventDefault();
    say(null);
    useToken(byId<HTMLInputElement>('token').value.trim(), true);
  });
  byId('snippet-tailadmin').textContent = tailAdmin(api);
  byId('snippet-sqladmin').textContent = sqlAdmin(api);
}

setUp();
showHealth().catch(report);
const kept = ROLES.find(({ role }) => role === sessionStorage.getItem(KEPT));
void choose(kept?.role ?? 'user', false);
