/** A position in a file. Lines and columns are counted from 1; a column is one character (code point). */
export interface Place {
  line: number;
  column: number;
}

/** Turns offsets in a text into lines and columns. Lines end in `\n`. */
export class LineIndex {
  private readonly starts: number[] = [0];
  private readonly hasSurrogates: boolean;

  constructor(private readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
    this.hasSurrogates = /[\ud800-\udfff]/.test(text);
  }

  /** The line and column of an offset in UTF-16 code units. An offset beyond the end counts as the end. */
  place(position: number): Place {
    const offset = Math.min(position, this.text.length);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = this.starts[low] ?? 0;
    const column = this.hasSurrogates ? Array.from(this.text.slice(start, offset)).length : offset - start;
    return { line: low + 1, column: column + 1 };
  }
}
