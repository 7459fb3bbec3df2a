import { readDocument, type DocumentReading } from './read.js';
import { faultOf, isJson, splitDocuments, splitJsonValues, type Chunk, type Fault } from './split.js';

/** A document of a file, with the result of reading it. */
export interface ReadChunk extends Chunk {
  reading: DocumentReading;
}

/**
 * Reads the documents of a YAML or JSON file one by one, as Go's readers do, in order and without the empty ones. Text that
 * Go's readers refuse, or read differently, is a fault of its document.
 *
 * @param text a text from `normalized`
 * @param marked true if the file starts with a byte order mark: JSON after it is read as YAML
 */
export function* readDocuments(text: string, marked = false): Generator<ReadChunk> {
  /** True if the file begins with several JSON values: Go's readers then accept only JSON. */
  let stream = false;
  for (const document of splitDocuments(text)) {
    const isStream = !marked && document.offset === 0 && /^[ \t\r\n]*\{/.test(document.text);
    const chunks = splitJsonValues(document);
    for (const [index, chunk] of chunks.entries()) {
      const reading = readDocument(chunk.text, !marked);
      const empty = (reading.value ?? null) === null && reading.faults.length === 0;
      const foreign = index > 0 ? !isStream || !/^\s*\{/.test(chunk.text) || !isJson(chunk.text) : stream;
      const isMixed = foreign && reading.faults.length === 0;
      const fault = isMixed ? mixedStream(chunk) : index === 0 ? faultOf(document, !empty) : undefined;
      if (fault) yield { ...chunk, reading: { faults: [fault] } };
      else if (!empty) yield { ...chunk, reading };
    }
    stream ||= isStream && chunks.length > 1;
  }
}

const mixedStream = ({ text }: Chunk): Fault => ({
  kind: 'reader',
  message: 'Kubernetes tools read several values only of a file that is all JSON: put --- between documents',
  offset: Math.max(0, text.search(/\S/)),
});
