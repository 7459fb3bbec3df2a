import type { ChunkContent } from '../../yaml/chunk.js';
import type { LineIndex, Place } from '../../yaml/lines.js';
import type { LocatedChunk } from '../../yaml/locate.js';
import type { LocatedDocument } from '../../yaml/located-document.js';
import { Collisions, identityOf } from './collisions.js';
import { isOtherKind, judgeDocument, membersOf, type DocumentRules, type Member } from './documents.js';
import { partOf, remarksOnReading, repeatedKeys, type PlacedRemark } from './remark-places.js';
import type { Validation } from './validation.js';

/** A part of a file that is being judged: nearly always one document. */
export interface Part {
  /** As messages name it; `-` is standard input. */
  file: string;
  /** Given by name, not come upon in a folder. */
  named: boolean;
  text: string;
  /** Where it starts in the file. */
  offset: number;
  content: ChunkContent;
  /** The number of its first document in the file, from 1. */
  first: number;
  /** The line of its first words. */
  line: number;
  lines: LineIndex;
  /** Filled when it is looked for; null where positions can't be had. */
  located?: LocatedChunk | null;
}

/** A member with the place of its document in the part, and what is to be said of it. */
interface JudgedMember extends Member {
  index: number;
  other: boolean;
  remarks: PlacedRemark[];
}

/** Judges the documents of one part after another; keeps only what collisions need. */
export class ChunkJudge {
  private readonly collisions: Collisions;

  constructor(
    private readonly rules: DocumentRules,
    private readonly validation: Validation,
  ) {
    this.collisions = new Collisions(rules);
  }

  /**
   * Tells every remark about the part, those of one document in the order of
   * their places. Undefined when nothing had to be looked for: nearly always, and ten thousand promises less.
   */
  judge(part: Part): Promise<void> | undefined {
    const { error, unclear, documents } = part.content;
    const members = documents.flatMap((document, index) =>
      membersOf(document).map((member) => this.judgeMember(part, member, index)),
    );
    if (error || unclear) return this.lookCloser(part, members);
    const unsound = members.filter((member) => !this.count(member));
    return unsound.length === 0 ? undefined : this.tellAll(part, unsound);
  }

  private judgeMember(part: Part, { object, item }: Member, index: number): JudgedMember {
    const member = item === undefined ? { object, index } : { object, item, index };
    if (isOtherKind(object, part.named)) return { ...member, other: true, remarks: [] };
    const document = index > 0 ? `, document ${part.first + index}` : '';
    const at = `${part.file === '-' ? 'standard input' : part.file}:${part.line}${document}`;
    const where = item === undefined ? at : `${at}, items[${item}]`;
    const remarks: PlacedRemark[] = judgeDocument(object, this.rules);
    for (const remark of this.collisions.add(object, where)) remarks.push(remark);
    return { ...member, other: false, remarks };
  }

  /** Counts the document; true when there is nothing to tell. */
  private count({ other, remarks }: JudgedMember): boolean {
    if (other && remarks.length === 0) this.validation.counts.skipped += 1;
    else this.validation.judged(remarks.every(({ severity }) => severity !== 'error'));
    return remarks.length === 0;
  }

  /** What needs positions to be seen at all: keys given twice, and what YAML 1.1 reads differently. */
  private async lookCloser(part: Part, members: readonly JudgedMember[]): Promise<void> {
    const { error, unclear } = part.content;
    if (error && error.kind !== 'duplicate') {
      this.validation.judged(false);
      return this.tellFaults(part);
    }
    let repeated = 0;
    for (const member of members) {
      const { other, remarks } = member;
      if (other && !error) continue;
      const entries = (await fieldsOf(part, member))?.entries ?? [];
      const keys = error ? repeatedKeys(entries, (offset) => placeOf(part, offset).line) : [];
      repeated += keys.length;
      const wrong = remarks.flatMap(({ field, severity }) => (severity === 'error' ? [field] : []));
      remarks.push(...(unclear && !other ? remarksOnReading(entries, new Set(wrong)) : []), ...keys);
    }
    const unsound = members.filter((member) => !this.count(member));
    await this.tellAll(part, unsound);
    // In the frame of a List, or where positions could not be had.
    if (error && repeated === 0) await this.tellFaults(part);
  }

  private async tellAll(part: Part, members: readonly JudgedMember[]): Promise<void> {
    for (const member of members) {
      const listed = member.remarks.some(({ severity }) => this.validation.lists(severity));
      this.tell(part, member, listed ? await fieldsOf(part, member) : undefined);
    }
  }

  private tell(part: Part, { object, index, item, remarks }: JudgedMember, fields?: LocatedDocument): void {
    const prefix = item === undefined ? '' : `items[${item}]`;
    const placed = remarks.map(({ offset, ...remark }) => {
      const found = offset ?? fields?.offsetOf(remark.field, partOf(remark));
      const place: Place = found === undefined ? { line: part.line, column: 1 } : placeOf(part, found);
      return { remark, place };
    });
    placed.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
    const resource = identityOf(object).name || undefined;
    for (const { remark, place } of placed) {
      const field = [prefix, remark.field].filter(Boolean).join('.');
      this.validation.add({ ...remark, field, file: part.file, ...place, document: part.first + index, resource });
    }
  }

  /** What keeps the part from being read, where the reader with positions agrees in its words. */
  private async tellFaults(part: Part): Promise<void> {
    const { error } = part.content;
    if (!error) return;
    const found = error.kind === 'syntax' ? ((await locate(part))?.faults() ?? []) : [];
    const faults = found.length > 0 ? found : [{ offset: error.offset, message: error.reason, kind: error.kind }];
    for (const { offset, message, kind } of faults) {
      const rule = kind === 'duplicate' ? 'yaml-duplicate-key' : `yaml-${kind}`;
      const place = error.kind === 'excess' ? { line: part.line, column: 1 } : placeOf(part, offset);
      const remark = { field: '', message: `not valid YAML: ${message}`, rule, severity: 'error' } as const;
      this.validation.add({ ...remark, file: part.file, ...place, document: part.first });
    }
  }
}

async function locate(part: Part): Promise<LocatedChunk | undefined> {
  if (part.located === undefined) {
    const { LocatedChunk } = await import('../../yaml/locate.js');
    try {
      part.located = new LocatedChunk(part.text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      part.located = null;
    }
  }
  return part.located ?? undefined;
}

async function fieldsOf(part: Part, { index, item }: JudgedMember): Promise<LocatedDocument | undefined> {
  return (await locate(part))?.document(index, item);
}

function placeOf(part: Part, offset: number): Place {
  return part.lines.place(part.offset + offset);
}
