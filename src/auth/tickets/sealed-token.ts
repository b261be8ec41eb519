import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const PURPOSE = 'bizosaas ws-ticket token';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function keyFrom(ticket: string): Buffer {
  return Buffer.from(hkdfSync('sha256', ticket, '', PURPOSE, 32));
}

/**
 * Encrypts a token with a key that only the bearer of the ticket can derive (HKDF, AES-256-GCM); the ticket itself
 * is kept nowhere. Out: base64url of nonce, tag and text.
 */
export function sealToken(ticket: string, token: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyFrom(ticket), nonce);
  const text = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
}

/** The token that `sealToken` was given. Throws for another ticket or a changed seal. */
export function unsealToken(ticket: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv(CIPHER, keyFrom(ticket), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString('utf8');
}
