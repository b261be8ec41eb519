import { claimsOf } from '../client/identity.js';
import { storageKey } from '../client/user-storage.js';

const key = (apiUrl: string, token: string | undefined): string | null => {
  const { tenant, user } = claimsOf(token);
  return tenant && user ? storageKey(apiUrl, tenant, user, 'open') : null;
};

/** Whether this user left the panel open on the last page of this tab. */
export function wasOpen(apiUrl: string, token: string | undefined): boolean {
  const name = key(apiUrl, token);
  try {
    return name !== null && sessionStorage.getItem(name) === '1';
  } catch {
    return false;
  }
}

export function rememberOpen(apiUrl: string, token: string | undefined, open: boolean): void {
  const name = key(apiUrl, token);
  if (!name) return;
  try {
    if (open) sessionStorage.setItem(name, '1');
    else sessionStorage.removeItem(name);
  } catch {
    return;
  }
}
