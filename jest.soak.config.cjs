const { projects, ...rest } = require('./jest.config.cjs');

/** `npm run soak`: the long run of the chaos harness, which `npm test` leaves out. */
const chaos = projects.find(({ displayName }) => displayName === 'chaos');

module.exports = {
  ...rest,
  projects: [{ ...chaos, displayName: 'soak', testMatch: ['<rootDir>/test/chaos/soak/*.soak.ts'] }],
};
