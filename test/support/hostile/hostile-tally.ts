import { report, type Row } from '../verdict/reliability.js';

interface Count {
  texts: number;
  bytes: number;
  harm: number;
  /** Undefined where it is not looked at. */
  misaligned?: number;
}

/** What was looked at, place by place, for test/reliability/RESULTS.md. */
export class Tally {
  private readonly counts = new Map<string, Count>();

  /** One text that the program showed, with what was wrong in it. */
  add(where: string, text: string, harm: readonly string[], misaligned?: number): void {
    const count = this.counts.get(where) ?? { texts: 0, bytes: 0, harm: 0 };
    count.texts += 1;
    count.bytes += Buffer.byteLength(text);
    count.harm += harm.length;
    if (misaligned !== undefined) count.misaligned = (count.misaligned ?? 0) + misaligned;
    this.counts.set(where, count);
  }

  report(name: string): void {
    const rows: Row[] = [...this.counts].map(([where, { texts, bytes, harm, misaligned }]) => [
      where,
      texts,
      bytes,
      harm,
      misaligned ?? '–',
    ]);
    report(name, ['where', 'texts looked at', 'bytes', 'control bytes', 'misaligned'], rows);
  }
}
