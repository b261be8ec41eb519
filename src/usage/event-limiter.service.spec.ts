import { ChatConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';
import { EventLimiter } from './event-limiter.service.js';

const LIMIT = 600;
const who = (userId: string) => ({ tenantId: 't', userId, role: 'user', email: null }) as const;

describe('EventLimiter', () => {
  it('refuses past the limit of a user, and closes who goes on as long again', async () => {
    const limiter = new EventLimiter(new ChatConfig(parseEnv({ RATE_LIMIT_PER_MINUTE: '1' })));
    const close = jest.fn();
    for (let sent = 0; sent < LIMIT; sent += 1) await limiter.take(who('ann'), close);
    for (let sent = 0; sent < LIMIT; sent += 1) {
      await expect(limiter.take(who('ann'), close)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    }
    expect(close).not.toHaveBeenCalled();
    await expect(limiter.take(who('ann'), close)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(close).toHaveBeenCalledTimes(1);
    await limiter.take(who('bob'), close);
  });
});
