import { Injectable } from '@nestjs/common';
import { PricesConfig } from '../../config/prices-config.js';

const A_MILLION = 1_000_000;

export interface Tokens {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** What tokens cost, by the operator's price table as it is now. */
@Injectable()
export class Prices {
  constructor(private readonly config: PricesConfig) {}

  get currency(): string {
    return this.config.currency;
  }

  /**
   * In: `provider/model`, and its tokens. Out: their cost in `currency`, or null where the table has no price of the
   * model, under its name alone or with its provider.
   */
  costOf(name: string, { input_tokens: input, output_tokens: output }: Tokens): number | null {
    const { models } = this.config;
    const price = models.get(name) ?? models.get(name.slice(name.indexOf('/') + 1));
    return price ? (input * price.input + output * price.output) / A_MILLION : null;
  }
}
