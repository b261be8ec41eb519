import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEntry } from '../../src/audit/audit-entry.entity.js';
import { AuditRepository } from '../../src/audit/audit.repository.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { Scope, userScope, type Who } from '../../src/database/scope.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const ANNA = { tenantId: 'tenant-a', userId: 'anna' };
const BERT = { tenantId: 'tenant-a', userId: 'bert' };
const CARL = { tenantId: 'tenant-b', userId: 'anna' };

describe('the audit record', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let scope: Scope;
  let audit: AuditService;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource({
      ...dataSourceOptions(database.url, 4),
      entities: [AuditEntry],
    }).initialize();
    scope = new Scope(dataSource);
    audit = new AuditService(scope, new AuditRepository(scope));
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });
  afterEach(() => jest.restoreAllMocks());

  const seenBy = (who: Who, action: string): Promise<AuditEntry[]> =>
    scope.run(who, () => scope.manager.findBy(AuditEntry, { action }));

  it('keeps who did what, how it ended, and when by the clock of the database', async () => {
    await audit.record(ANNA, {
      action: 'session.export',
      outcome: 'allowed',
      subject: 'session-1',
      details: { format: 'markdown', messages: 12 },
      requestId: 'request-1',
    });
    const [entry] = await seenBy(userScope(ANNA), 'session.export');
    expect(entry).toMatchObject({
      tenantId: 'tenant-a',
      userId: 'anna',
      outcome: 'allowed',
      subject: 'session-1',
      details: { format: 'markdown', messages: 12 },
      requestId: 'request-1',
      createdAt: expect.any(Date),
    });
    expect(Math.abs(Date.now() - (entry?.createdAt.getTime() ?? 0))).toBeLessThan(60_000);
  });

  it('shows an entry to its user, to the tenant and to the platform, and to nobody else', async () => {
    await audit.record(ANNA, { action: 'role.refused', outcome: 'refused' });
    expect(await seenBy(userScope(ANNA), 'role.refused')).toHaveLength(1);
    expect(await seenBy({ scope: 'tenant', tenantId: 'tenant-a' }, 'role.refused')).toHaveLength(1);
    expect(await seenBy({ scope: 'platform' }, 'role.refused')).toHaveLength(1);
    expect(await seenBy(userScope(BERT), 'role.refused')).toEqual([]);
    expect(await seenBy(userScope(CARL), 'role.refused')).toEqual([]);
    expect(await seenBy({ scope: 'tenant', tenantId: 'tenant-b' }, 'role.refused')).toEqual([]);
  });

  it.each([userScope(ANNA), { scope: 'system' } as const])(
    'lets nobody change or remove an entry (%j)',
    async (who) => {
      await audit.record(ANNA, { action: 'data.erase', outcome: 'allowed' });
      const change = (sql: string): Promise<unknown> => scope.run(who, () => scope.manager.query(sql));
      await expect(change(`UPDATE audit_log SET outcome = 'refused'`)).rejects.toThrow(/permission denied/);
      await expect(change('DELETE FROM audit_log')).rejects.toThrow(/permission denied/);
      await expect(change('TRUNCATE audit_log')).rejects.toThrow(/permission denied/);
    },
  );

  it('takes no entry in the name of another user', async () => {
    const entries = new AuditRepository(scope);
    const forged = { id: '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11', ...BERT, action: 'x', outcome: 'allowed' };
    await expect(
      scope.run(userScope(ANNA), () =>
        entries.add({ ...forged, subject: null, details: {}, requestId: null }),
      ),
    ).rejects.toThrow(/row-level security/);
  });

  it('logs an entry that cannot be written, without its details, and breaks nothing', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const details = { note: 'canary\u0000' };
    await expect(
      audit.record(ANNA, { action: 'x.fail', outcome: 'failed', details }),
    ).resolves.toBeUndefined();
    expect(await seenBy(userScope(ANNA), 'x.fail')).toEqual([]);
    expect(error).toHaveBeenCalledTimes(1);
    expect(error.mock.calls[0]?.[0]).toMatchObject({ action: 'x.fail', outcome: 'failed' });
    expect(error.mock.calls[0]?.[0]).not.toHaveProperty('details');
  });
});
