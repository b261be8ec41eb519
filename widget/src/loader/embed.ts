import { defineChat, MARK } from './bizosaas-chat.js';

const script = document.currentScript as HTMLScriptElement | null;

type Chat = ReturnType<typeof defineChat>;
type Marked = { [MARK]?: Chat } & { constructor?: { [MARK]?: Chat } };

/** The class of an earlier run: under its name, behind an instance that took the name, or on the page's element. */
function former(): Chat | undefined {
  const named = (window as { BizOSaaSChat?: Marked }).BizOSaaSChat;
  const element = document.querySelector('bizosaas-chat') as Marked | null;
  return named?.[MARK] ?? named?.constructor?.[MARK] ?? element?.[MARK];
}

function define(): Chat {
  const url = new URL(script?.src ?? location.href);
  const base = url.origin + url.pathname.replace(/\/chat\/(v1\/)?embed\.js$/, '');
  return defineChat({ apiUrl: base, assets: `${base}/chat/widget-assets/` });
}

Object.defineProperty(window, 'BizOSaaSChat', {
  value: former() ?? define(),
  writable: true,
  configurable: true,
  enumerable: true,
});
