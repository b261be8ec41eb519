import { Revocations, type User } from './revocations.service.js';

const ann = { tenantId: 't', userId: 'ann', email: null };

function setUp(): { revocations: Revocations; told: User[] } {
  const revocations = new Revocations();
  const told: User[] = [];
  revocations.onRevoked((user) => told.push(user));
  return { revocations, told };
}

describe('Revocations', () => {
  it('tells of a role that was lowered, once', () => {
    const { revocations, told } = setUp();
    revocations.confirmed({ ...ann, role: 'tenant_admin' });
    revocations.confirmed({ ...ann, role: 'user' });
    revocations.confirmed({ ...ann, role: 'user' });
    revocations.confirmed({ ...ann, role: 'readonly' });
    expect(told).toEqual([{ tenantId: 't', userId: 'ann' }]);
  });

  it('tells nothing of a role that was raised, and of people whom it sees for the first time', () => {
    const { revocations, told } = setUp();
    revocations.confirmed({ ...ann, role: 'readonly' });
    revocations.confirmed({ ...ann, role: 'super_admin' });
    revocations.confirmed({ ...ann, tenantId: 'other', role: 'user' });
    expect(told).toEqual([]);
  });

  it('tells of a refusal once, though every socket of the user learns of it', () => {
    const { revocations, told } = setUp();
    revocations.refused(ann);
    revocations.refused(ann);
    expect(told).toEqual([{ tenantId: 't', userId: 'ann' }]);
  });

  it('does not tell again what another node has told', () => {
    const { revocations, told } = setUp();
    revocations.known(ann);
    revocations.refused(ann);
    expect(told).toEqual([]);
  });
});
