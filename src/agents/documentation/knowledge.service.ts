import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { repeat } from '../../common/repeat.js';
import { type DocumentationHit, DocumentationService, type DocumentFile } from './documentation.service.js';

const EVERY_MS = 10 * 60_000;
/** Characters of all documents of the operator: they are indexed in memory, in one go. */
const MOST_CHARACTERS = 2 * 1024 * 1024;

/** Reads one source of the operator, whole. Rejects with an Error that says what is wrong, for the log. */
export type ReadSource = (source: string, signal: AbortSignal) => Promise<DocumentFile[]>;

/**
 * Searches the documents that ship with the service and those that its operator listed. Sources are read at the start
 * and again every ten minutes; one that cannot be read keeps what it gave before.
 */
export class KnowledgeService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(KnowledgeService.name);
  private readonly known = new Map<string, readonly DocumentFile[]>();
  private readonly stopped = new AbortController();
  private documents: DocumentationService;
  private indexed = '[]';
  private end: (() => void) | undefined;

  constructor(
    private readonly shipped: readonly DocumentFile[],
    private readonly sources: readonly string[],
    private readonly read: ReadSource,
  ) {
    this.documents = new DocumentationService(shipped);
  }

  onApplicationBootstrap(): void {
    if (this.sources.length === 0) return;
    void this.refresh();
    this.end = repeat(EVERY_MS, () => this.refresh());
  }

  onApplicationShutdown(): void {
    this.end?.();
    this.stopped.abort();
  }

  /** The passages that answer a question, the best first; none where nothing covers enough of it. */
  find(question: string, limit: number): DocumentationHit[] {
    return this.documents.find(question, limit);
  }

  /** Reads all sources once more. Never rejects. */
  async refresh(): Promise<void> {
    await Promise.all(
      this.sources.map(async (source, index) => {
        try {
          this.known.set(source, await this.read(source, this.stopped.signal));
        } catch (error) {
          this.logger.warn({ source: index + 1, err: error }, 'a source of KNOWLEDGE_SOURCES was not read');
        }
      }),
    );
    const files = this.bounded(this.sources.flatMap((source) => this.known.get(source) ?? []));
    const now = JSON.stringify(files);
    if (now === this.indexed) return;
    this.indexed = now;
    this.documents = new DocumentationService([...this.shipped, ...files]);
  }

  private bounded(files: readonly DocumentFile[]): DocumentFile[] {
    let room = MOST_CHARACTERS;
    const kept = files.filter(({ markdown: { length } }) => {
      const fits = length <= room;
      if (fits) room -= length;
      return fits;
    });
    if (kept.length < files.length)
      this.logger.warn(
        { left_out: files.length - kept.length },
        'KNOWLEDGE_SOURCES has more than 2 MiB of text; some documents are not searched',
      );
    return kept;
  }
}
