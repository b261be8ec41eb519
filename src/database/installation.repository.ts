import type { DataSource } from 'typeorm';
import { Installation } from '../common/installation.js';

/**
 * Reads who this installation is from the database itself, so that nobody has to name it: the cluster's own
 * identifier and the database's. A copy of the database elsewhere is another installation.
 */
export async function readInstallation(dataSource: DataSource): Promise<Installation> {
  const [database] = await dataSource.query<{ oid: string }[]>(
    'SELECT oid::text FROM pg_database WHERE datname = current_database()',
  );
  const cluster = await dataSource
    .query<{ id: string }[]>('SELECT system_identifier::text AS id FROM pg_control_system()')
    .catch(() => [{ id: 'unknown' }]);
  return new Installation(`${cluster[0]?.id}-${database?.oid}`);
}
