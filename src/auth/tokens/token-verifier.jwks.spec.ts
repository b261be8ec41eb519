import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JwtService } from '@nestjs/jwt';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { signToken, TEST_AUDIENCE, TEST_SECRET } from '../../../test/support/tokens.js';
import { AuthConfig } from '../../config/config.js';
import { parseEnv } from '../../config/env.schema.js';
import { JwksKeys } from './jwks-keys.js';
import { TokenVerifier } from './token-verifier.js';

function verifierFor(env: Record<string, string>): TokenVerifier {
  const config = new AuthConfig(parseEnv(env));
  return new TokenVerifier(config, new JwtService({}), { value: 'unused' } as never, new JwksKeys(config));
}

const now = () => Math.floor(Date.now() / 1000);
const INVALID = { code: 'AUTH_INVALID_TOKEN', detail: 'The token is not valid. Sign in again.' };

describe('TokenVerifier with public keys', () => {
  let server: Server;
  let url: string;
  let requests = 0;
  let keySet: { keys: JWK[] };
  let broken = false;
  const signers = new Map<string, CryptoKey>();
  let publicPem: string;

  beforeAll(async () => {
    const keys: JWK[] = [];
    for (const alg of ['RS256', 'ES256', 'EdDSA', 'RS512']) {
      const pair = await generateKeyPair(alg, { extractable: true });
      signers.set(alg, pair.privateKey);
      keys.push({ ...(await exportJWK(pair.publicKey)), kid: alg, alg, use: 'sig' });
      if (alg === 'RS256') publicPem = await exportSPKI(pair.publicKey);
    }
    keySet = { keys };
    server = createServer((_request, response) => {
      requests += 1;
      if (broken) response.writeHead(302, { location: `${url}/other` }).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(keySet));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    requests = 0;
    broken = false;
  });

  function signed(alg: string, header: Record<string, unknown> = {}): Promise<string> {
    return new SignJWT({ sub: 'u1', aud: TEST_AUDIENCE, exp: now() + 60 })
      .setProtectedHeader({ alg, kid: alg, ...header })
      .sign(signers.get(alg)!);
  }

  it.each(['RS256', 'ES256', 'EdDSA'])('accepts %s, fetching the keys once', async (alg) => {
    const verifier = verifierFor({ AUTH_JWKS_URL: url });
    await expect(verifier.verify(await signed(alg))).resolves.toMatchObject({
      source: 'jwks',
      subject: 'u1',
    });
    await verifier.verify(await signed(alg));
    expect(requests).toBe(1);
  });

  it('judges the claims as it does for a shared secret', async () => {
    const verifier = verifierFor({ AUTH_JWKS_URL: url });
    const token = await new SignJWT({ sub: 'u1', aud: TEST_AUDIENCE })
      .setProtectedHeader({ alg: 'ES256', kid: 'ES256' })
      .sign(signers.get('ES256')!);
    await expect(verifier.verify(token)).rejects.toMatchObject(INVALID);
  });

  it('refuses algorithms beyond the three without fetching', async () => {
    const verifier = verifierFor({ AUTH_JWKS_URL: url });
    await expect(verifier.verify(await signed('RS512'))).rejects.toMatchObject(INVALID);
    expect(requests).toBe(0);
  });

  it('never takes a public key for a shared secret', async () => {
    const forged = signToken({}, { secret: publicPem, header: { kid: 'RS256' } });
    await expect(verifierFor({ AUTH_JWKS_URL: url }).verify(forged)).rejects.toMatchObject(INVALID);
    const both = verifierFor({ AUTH_JWKS_URL: url, JWT_SECRET: TEST_SECRET });
    await expect(both.verify(forged)).rejects.toMatchObject(INVALID);
    expect(requests).toBe(0);
  });

  it('serves both key sources side by side', async () => {
    const both = verifierFor({ AUTH_JWKS_URL: url, JWT_SECRET: TEST_SECRET });
    await expect(both.verify(signToken())).resolves.toMatchObject({ source: 'secret' });
    await expect(both.verify(await signed('ES256'))).resolves.toMatchObject({ source: 'jwks' });
  });

  it('refuses a header that points elsewhere, and unknown keys, without a second fetch', async () => {
    const verifier = verifierFor({ AUTH_JWKS_URL: url });
    await expect(verifier.verify(await signed('ES256', { jku: `${url}/evil` }))).rejects.toMatchObject(
      INVALID,
    );
    expect(requests).toBe(0);
    await verifier.verify(await signed('ES256'));
    for (let index = 0; index < 5; index += 1) {
      await expect(verifier.verify(await signed('ES256', { kid: `k${index}` }))).rejects.toMatchObject(
        INVALID,
      );
    }
    expect(requests).toBe(1);
  });

  it('says so when the keys cannot be had, follows no redirect, and does not hammer the address', async () => {
    broken = true;
    const verifier = verifierFor({ AUTH_JWKS_URL: url });
    const token = await signed('ES256');
    for (let index = 0; index < 3; index += 1) {
      await expect(verifier.verify(token)).rejects.toMatchObject({
        code: 'AUTH_UNAVAILABLE',
        headers: { 'Retry-After': '5' },
      });
    }
    expect(requests).toBe(1);
  });
});
