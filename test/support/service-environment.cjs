const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { TestEnvironment } = require('jest-environment-node');

const SERVER = join(__dirname, '..', '..', 'dist', 'server');

/**
 * Node's own environment, and in it `importBuilt(file)`: a module of the built service. It is loaded outside of the
 * modules of a spec, once for each process of jest, because loading the service takes longer than most tests.
 */
module.exports = class ServiceEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.importBuilt = (file) => import(pathToFileURL(join(SERVER, file)).href);
  }
};
