import { Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import { refuseProtoKeys, validationError } from './validation.js';

/** The one validation of input, for controllers and gateways alike: by the schema beside the parameter. */
@Injectable()
export class SchemaPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: validationError });
  }

  /** The base class deletes `__proto__`, `prototype` and `constructor` in silence; here nothing a caller sent is lost. */
  protected override stripProtoKeys(value: unknown): void {
    refuseProtoKeys(value);
  }
}
