/** Why a source of documents cannot be read; for the log of the operator. */
export class DocumentSourceError extends Error {
  override readonly name = 'DocumentSourceError';
}
