import type { ModelPrices } from './env-prices.js';
import type { Env } from './env.schema.js';

export class PricesConfig {
  /** What a million tokens cost, by the name of the model. */
  readonly models: ReadonlyMap<string, ModelPrices[string]>;
  /** ISO 4217. */
  readonly currency: string;

  constructor(env: Env) {
    this.models = new Map(Object.entries(env.MODEL_PRICES ?? {}));
    this.currency = env.MODEL_PRICES_CURRENCY;
  }
}
