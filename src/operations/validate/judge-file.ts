import { ChunkReader } from '../../yaml/chunk.js';
import { LineIndex } from '../../yaml/lines.js';
import { firstWords, splitDocuments, withLineFeeds } from '../../yaml/split.js';
import { ChunkJudge } from './judge-chunk.js';
import type { DocumentRules } from './documents.js';
import type { Validation } from './validation.js';

/** A file's text and how the file came to be read. */
export interface CheckedFile {
  /** As messages name it; `-` is standard input. */
  file: string;
  /** Given by name, not come upon in a folder. */
  named: boolean;
  text: string;
}

/** How often, in milliseconds, others get a turn: Ctrl-C would not be heard otherwise. */
const TURN_MS = 100;

/** Judges files one document at a time, so that memory does not grow with their number or size. */
export class FileChecker {
  private readonly reader = new ChunkReader();
  private readonly judge: ChunkJudge;
  private turn = Date.now();

  /** @param pause called now and then; may throw to end the work */
  constructor(
    rules: DocumentRules,
    private readonly validation: Validation,
    private readonly pause: () => Promise<void>,
  ) {
    this.judge = new ChunkJudge(rules, validation);
  }

  /** Tells the validation every remark about every document of the file, in order. */
  async check({ file, named, text: given }: CheckedFile): Promise<void> {
    const text = withLineFeeds(given.replace(/^\ufeff/, ''));
    const lines = new LineIndex(text);
    const nul = text.indexOf('\0');
    if (nul >= 0) return this.validation.unreadable(file, 'a NUL stands here: this is no text', lines.place(nul));
    let documents = 0;
    for (const { text: chunk, offset } of splitDocuments(text)) {
      const content = this.reader.read(chunk);
      const { line } = lines.place(offset + firstWords(chunk));
      const telling = this.judge.judge({
        file,
        named,
        text: chunk,
        offset,
        content,
        first: documents + 1,
        line,
        lines,
      });
      documents += content.documents.length || (content.error ? 1 : 0);
      if (telling) await telling;
      if (this.isTurn()) await this.breathe();
    }
    if (documents === 0 && named) this.validation.unreadable(file, 'it holds no document');
  }

  /** Lets others have their turn when the last one was long ago. */
  async breathe(): Promise<void> {
    if (!this.isTurn()) return;
    await this.pause();
    this.turn = Date.now();
  }

  private isTurn(): boolean {
    return Date.now() - this.turn >= TURN_MS;
  }
}
