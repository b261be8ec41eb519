import { Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import { validationError } from './validation.js';

/** The one validation of input, for controllers and gateways alike: by the schema beside the parameter. */
@Injectable()
export class SchemaPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: validationError });
  }
}
