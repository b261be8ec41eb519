import { Metrics } from '../../monitoring/metrics/metrics.js';
import { invalidToken } from '../auth.errors.js';
import type { AuthenticatedPrincipal } from '../principal.js';
import { sealToken, unsealToken } from './sealed-token.js';
import type { NewTicket, UsedTicket } from './tickets.repository.js';
import { TicketsService } from './tickets.service.js';

const TOKEN = 'some.access.token';
const PRINCIPAL: AuthenticatedPrincipal = {
  tenantId: 't1',
  userId: 'u1',
  role: 'user',
  email: null,
  tokenExpiresAt: Date.now() + 60_000,
};

class MemoryTickets {
  readonly rows = new Map<string, NewTicket>();
  async insert(ticket: NewTicket): Promise<void> {
    this.rows.set(ticket.hash, ticket);
  }
  async consume(hash: string): Promise<UsedTicket | undefined> {
    const row = this.rows.get(hash);
    this.rows.delete(hash);
    return (
      row && {
        tenant_id: row.tenantId,
        user_id: row.userId,
        session_id: row.sessionId,
        origin: row.origin,
        principal: { sealed_token: row.sealedToken },
      }
    );
  }
}

describe('TicketsService', () => {
  let rows: MemoryTickets;
  let principal: AuthenticatedPrincipal;
  let refusal: Error | undefined;
  let tickets: TicketsService;

  beforeEach(() => {
    rows = new MemoryTickets();
    principal = PRINCIPAL;
    refusal = undefined;
    const scope = { run: (_who: unknown, work: () => Promise<unknown>) => work() };
    const auth = {
      authenticate: async (token: string) => {
        if (refusal) throw refusal;
        expect(token).toBe(TOKEN);
        return principal;
      },
    };
    tickets = new TicketsService(scope as never, rows as never, auth as never, new Metrics());
  });

  async function issue(origin: string | null = 'http://localhost:3001'): Promise<string> {
    const { ticket, expires_in } = await tickets.issue(PRINCIPAL, TOKEN, 's1', origin);
    expect(expires_in).toBe(30);
    return ticket;
  }

  it('gives the principal and the token back, once', async () => {
    const ticket = await issue();
    await expect(tickets.redeem(ticket, 's1', 'http://localhost:3001')).resolves.toEqual({
      principal: PRINCIPAL,
      token: TOKEN,
    });
    await expect(tickets.redeem(ticket, 's1', 'http://localhost:3001')).rejects.toMatchObject({
      code: 'AUTH_TICKET_REFUSED',
    });
  });

  it('serves plain clients, which send no Origin', async () => {
    await expect(tickets.redeem(await issue(null), 's1', null)).resolves.toMatchObject({ token: TOKEN });
  });

  it.each([
    ['another session', 's2', 'http://localhost:3001'],
    ['another origin', 's1', 'http://evil.example'],
    ['no origin', 's1', null],
  ])('is used up by an attempt with %s', async (_, session, origin) => {
    const ticket = await issue();
    await expect(tickets.redeem(ticket, session, origin)).rejects.toMatchObject({ status: 401 });
    await expect(tickets.redeem(ticket, 's1', 'http://localhost:3001')).rejects.toMatchObject({
      status: 401,
    });
  });

  it('keeps neither ticket nor token', async () => {
    const ticket = await issue();
    const kept = JSON.stringify([...rows.rows.values()]);
    expect(kept).not.toContain(ticket);
    expect(kept).not.toContain(TOKEN);
  });

  it('asks again who it is, and refuses what has changed hands', async () => {
    const disabled = await issue();
    refusal = invalidToken();
    await expect(tickets.redeem(disabled, 's1', 'http://localhost:3001')).rejects.toBe(refusal);
    refusal = undefined;
    const moved = await issue();
    principal = { ...PRINCIPAL, tenantId: 't2' };
    await expect(tickets.redeem(moved, 's1', 'http://localhost:3001')).rejects.toMatchObject({ status: 401 });
  });

  it.each(['', 'x', "' OR 1=1 --", 'a'.repeat(10_000)])('refuses %p without a query', async (ticket) => {
    await expect(tickets.redeem(ticket, 's1', null)).rejects.toMatchObject({ code: 'AUTH_TICKET_REFUSED' });
  });
});

describe('sealToken', () => {
  it('opens with the same ticket only', () => {
    const sealed = sealToken('ticket-1', TOKEN);
    expect(unsealToken('ticket-1', sealed)).toBe(TOKEN);
    expect(() => unsealToken('ticket-2', sealed)).toThrow();
    expect(() => unsealToken('ticket-1', `${sealed.slice(0, -2)}AA`)).toThrow();
    expect(sealToken('ticket-1', TOKEN)).not.toBe(sealed);
  });
});
