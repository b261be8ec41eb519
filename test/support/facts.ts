import type { FactsService } from '../../src/memory/facts/facts.service.js';

/** Remembers nothing of anybody. */
export const NO_FACTS = { shownOf: () => Promise.resolve([]) } as unknown as FactsService;
