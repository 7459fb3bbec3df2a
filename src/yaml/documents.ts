import { readDocument, type DocumentReading } from './read.js';
import { faultOf, isJson, splitDocuments, splitJsonValues, type Chunk, type Fault } from './split.js';

/** A document of a file, and how it was read. */
export interface ReadChunk extends Chunk {
  reading: DocumentReading;
}

/**
 * The documents of a file of YAML or JSON, in order, without the empty ones, read one by one as Go's readers do. What they
 * would not read, or read otherwise, is a fault of its document.
 *
 * @param text as `normalized` returns it
 * @param marked the file starts with a byte order mark, after which JSON is read as YAML
 */
export function* readDocuments(text: string, marked = false): Generator<ReadChunk> {
  /** Several values of JSON came first: then Go's reader takes nothing else. */
  let stream = false;
  for (const document of splitDocuments(text)) {
    const isStream = !marked && document.offset === 0 && /^[ \t\r\n]*\{/.test(document.text);
    const chunks = splitJsonValues(document);
    for (const [index, chunk] of chunks.entries()) {
      const reading = readDocument(chunk.text, !marked);
      const empty = (reading.value ?? null) === null && reading.faults.length === 0;
      const foreign = index > 0 ? !isStream || !/^\s*\{/.test(chunk.text) || !isJson(chunk.text) : stream;
      const wrong = foreign && reading.faults.length === 0;
      const fault = wrong ? noStream(chunk) : index === 0 ? faultOf(document, !empty) : undefined;
      if (fault) yield { ...chunk, reading: { faults: [fault] } };
      else if (!empty) yield { ...chunk, reading };
    }
    stream ||= isStream && chunks.length > 1;
  }
}

const noStream = ({ text }: Chunk): Fault => ({
  kind: 'reader',
  message: 'Kubernetes tools read several values only of a file that is all JSON: put --- between documents',
  offset: Math.max(0, text.search(/\S/)),
});
