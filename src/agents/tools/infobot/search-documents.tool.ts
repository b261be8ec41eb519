import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ROLES } from '../../../auth/principal.js';
import { SafeText } from '../../../common/safe-text.js';
import { KnowledgeService } from '../../documentation/knowledge.service.js';
import { Tool, type ToolFindings } from '../tool.contract.js';
import { reads } from '../tool-figures.js';

const Arguments = z.strictObject({
  question: SafeText.trim().min(1).max(2_000).describe('What to look for, in English words.'),
  limit: z.int().min(1).max(5).default(3).describe('Passages at most.'),
});
type Arguments = z.infer<typeof Arguments>;

/** Finds passages in the documents of the service and of its operator. */
@Injectable()
export class SearchDocumentsTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'search_documents',
    title: 'Searching the documents',
    description:
      'Finds passages in the documentation of this service and in the documents that its operator listed, and quotes them with their place.',
    roles: ROLES,
    scope: 'own',
    budget: 6,
  });
  readonly parameters = Arguments;

  constructor(private readonly knowledge: KnowledgeService) {
    super();
  }

  run({ question, limit }: Arguments): Promise<ToolFindings> {
    const extracts = this.knowledge
      .find(question, limit)
      .map(({ title, locator, quote }) => ({ title, locator, quote }));
    const none = 'Nothing in the documents fits.';
    return Promise.resolve({
      extracts,
      ...(extracts.length === 0 ? { text: none } : {}),
    });
  }
}
