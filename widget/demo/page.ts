/** Small helpers of the demo page: elements are made, never parsed. */

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}`);
  return found as T;
}

export function make(tag: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

export const hint = (text: string, tag = 'p') => make(tag, 'hint', text);

/** In: a path of the service, a token. Out: the JSON; throws the service's own sentence. */
export async function ask<T>(path: string, token?: string, body?: object): Promise<T> {
  const response = await fetch(path, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'Content-Type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer = (await response.json().catch(() => ({}))) as T & { detail?: string };
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.detail ?? 'The service did not answer.'), { status: response.status });
}
