/** The PostgreSQL of the service's own cannot be had; the message says what a person can do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

export const SET_DATABASE_URL = 'Or set DATABASE_URL to a PostgreSQL 15 or later.';
