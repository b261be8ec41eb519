export type Group =
  'Service' | 'Authentication' | 'Database' | 'Models' | 'Crews' | 'Chat' | 'Sockets' | 'Operation';

interface Doc {
  group: Group;
  /** Shown commented out in `.env.example`: has no default, or none that fits everybody. */
  example?: string;
  secret?: true;
}

/** What `.env.example` and the README's table say of a variable. */
export const doc = (group: Group, text: string, more: Omit<Doc, 'group'> = {}) => ({
  description: text,
  group,
  ...more,
});
