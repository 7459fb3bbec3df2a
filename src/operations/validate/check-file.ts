import type { MultiKeyListener } from '../../model/resource.js';
import { LineIndex, type Place } from '../../yaml/lines.js';
import { languageOf } from '../../yaml/load.js';
import { keyDiffers } from '../../yaml/plain.js';
import { anchorsOf, itemsOf, Places, type Anchors } from '../../yaml/places.js';
import { plainSource, type YamlNode } from '../../yaml/node.js';
import type { DocumentReading } from '../../yaml/read.js';
import { firstWords, isJson, normalized } from '../../yaml/split.js';
import { readDocuments } from '../../yaml/documents.js';
import { Collisions, identityOf } from './collisions.js';
import { checkDocument, inNamespace, isOtherKind, listedIn, type DocumentRules, type Member } from './documents.js';
import { remarksOnReading, repeatedKeys, type PlacedRemark } from './remark-places.js';
import type { Validation } from './validation.js';

/** The text of a file, and whether the file was named or found in a folder. */
export interface CheckedFile {
  /** As messages name it; `-` is standard input. */
  file: string;
  /** True if the file was given by name; false if it was found in a folder. */
  named: boolean;
  text: string;
}

export interface FileCheckerOptions {
  /** Called about every 100 ms to let the event loop run; may throw to end the work. */
  pause(): Promise<void>;
  /** Gets each valid MultiKeyListener, in the namespace that the flag or the document names. */
  keep?(resource: MultiKeyListener): void;
}

/** One document of a file. */
interface Part extends CheckedFile {
  /** Where its text starts in the file. */
  offset: number;
  reading: DocumentReading;
  /** Its number in the file, from 1. */
  number: number;
  /** The line of its first words. */
  line: number;
  lines: LineIndex;
  /** Filled when the first place is looked up. */
  anchors?: Anchors;
}

/** Interval in milliseconds between two pauses for the event loop; without them Ctrl-C would have no effect. */
const TURN_MS = 100;

/**
 * Parses and checks YAML and JSON files, for every command that takes files. It works on one document at a time and keeps
 * only what finding collisions needs, so memory does not grow with the size of the documents.
 */
export class FileChecker {
  private readonly collisions: Collisions;
  private turn = Date.now();

  constructor(
    private readonly rules: DocumentRules,
    private readonly validation: Validation,
    private readonly options: FileCheckerOptions,
  ) {
    this.collisions = new Collisions(rules);
  }

  /** Adds every remark about the file's documents to the validation, in the order of the documents and then of the lines. */
  async check(given: CheckedFile): Promise<void> {
    const { file, named } = given;
    const text = normalized(given.text);
    const lines = new LineIndex(text);
    const nul = text.indexOf('\0');
    if (nul >= 0)
      return this.validation.unreadable(file, 'unexpected NUL character; this is not a text file', lines.place(nul));
    let number = 0;
    let members = 0;
    for (const { text: chunk, offset, reading } of readDocuments(text, given.text.startsWith('\ufeff'))) {
      number += 1;
      const { line } = lines.place(offset + firstWords(chunk));
      members += this.checkPart({ file, named, text: chunk, offset, reading, number, line, lines });
      if (this.isTurn()) await this.breathe();
    }
    if (members > 0) return;
    if (named) this.validation.unreadable(file, 'it contains no documents');
    else this.validation.counts.empty += 1;
  }

  /** Lets the event loop run if the last pause is at least 100 ms ago. */
  async breathe(): Promise<void> {
    if (!this.isTurn()) return;
    await this.options.pause();
    this.turn = Date.now();
  }

  private isTurn(): boolean {
    return Date.now() - this.turn >= TURN_MS;
  }

  /** @returns the number of members of the document; 0 for an empty List */
  private checkPart(part: Part): number {
    const { value, root, faults } = part.reading;
    if (faults.length === 0) return this.checkMembers(part, { object: value, path: '' }, root);
    this.validation.judged(false);
    this.tellFaults(part);
    return 1;
  }

  /** Checks the object, or each member of a List, whose items may be Lists too. Returns the number of members. */
  private checkMembers(part: Part, { object, path }: Member, node: YamlNode | undefined): number {
    const listed = listedIn(object);
    if (!listed) {
      this.checkMember(part, { object, path }, node);
      return 1;
    }
    const wrong = node && part.reading.repeats ? this.checkList(part, { object, path }, node) : 0;
    const nodes = node ? itemsOf(node, part.text) : [];
    const counts = listed.map((each, index) =>
      this.checkMembers(part, { object: each, path: `${path ? `${path}.` : ''}items[${index}]` }, nodes[index]),
    );
    return counts.reduce((sum, count) => sum + count, wrong);
  }

  /**
   * Reports the keys of a List that are defined twice, such as a second `items`: the items of the first are lost.
   *
   * @returns the number of invalid documents: 1 if there is such a key
   */
  private checkList(part: Part, list: Member, node: YamlNode): number {
    const places = placesOf(part, node);
    const own = places.entries.filter(({ field }) => !field.startsWith('items['));
    const remarks = repeatedKeys(own, (offset) => placeIn(part, offset).line);
    if (remarks.length === 0) return 0;
    this.validation.judged(false);
    this.tell(part, list, remarks, places);
    return 1;
  }

  private checkMember(part: Part, { object, path }: Member, node: YamlNode | undefined): void {
    const { repeats } = part.reading;
    const other = isOtherKind(object, part.named);
    let remarks: PlacedRemark[] = other ? [] : checkDocument(object, this.rules);
    if (!other && !this.rules.identityOnly) {
      const at = `${part.file === '-' ? 'standard input' : part.file}:${part.line}`;
      remarks.push(...this.collisions.add(object, path ? `${at}, ${path}` : at));
    }
    // These two checks need the source text: keys that are defined twice, and scalars that YAML 1.1 reads differently.
    let places: Places | undefined;
    if (node && (repeats || (!other && isUnclear(node, part.text) && !isJson(part.text)))) {
      places = placesOf(part, node);
      const wrong = remarks.flatMap(({ field, severity }) => (severity === 'error' ? [field] : []));
      const readings = other ? [] : remarksOnReading(places.entries, new Set(wrong));
      const better = new Set(readings.map(({ field }) => field));
      remarks = [...remarks.filter(({ field, severity }) => severity !== 'error' || !better.has(field)), ...readings];
      if (repeats) remarks.push(...repeatedKeys(places.entries, (offset) => placeIn(part, offset).line));
    }
    const valid = remarks.every(({ severity }) => severity !== 'error');
    if (other && remarks.length === 0) this.validation.counts.skipped += 1;
    else this.validation.judged(valid);
    if (valid && !other) this.options.keep?.(inNamespace(object as MultiKeyListener, this.rules.namespace));
    const listed = remarks.some(({ severity }) => this.validation.lists(severity));
    if (listed && node) places ??= placesOf(part, node);
    this.tell(part, { object, path }, remarks, places);
  }

  private tell(part: Part, { object, path }: Member, remarks: readonly PlacedRemark[], places?: Places): void {
    if (remarks.length === 0) return;
    const placed = remarks.map(({ offset, ...remark }) => {
      const found = offset ?? places?.offsetOf(remark.field, remark.part ?? 'value');
      return { remark, place: found === undefined ? { line: part.line, column: 1 } : placeIn(part, found) };
    });
    placed.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
    const resource = identityOf(object).name || undefined;
    for (const { remark, place } of placed) {
      const field = [path, remark.field].filter(Boolean).join('.');
      this.validation.add({ ...remark, field, file: part.file, ...place, document: part.number, resource });
    }
  }

  private tellFaults(part: Part): void {
    const language = languageOf(part.file);
    for (const { offset, message, kind } of part.reading.faults) {
      const place = kind === 'excess' ? { line: part.line, column: 1 } : placeIn(part, offset);
      const said = { message: `not valid ${language}: ${message}`, rule: `yaml-${kind}`, severity: 'error' } as const;
      this.validation.add({ ...said, field: '', file: part.file, ...place, document: part.number });
    }
  }
}

/** Quick test: if it is false, YAML 1.1 reads no unquoted scalar of the node differently, and no closer look is needed. */
function isUnclear(node: YamlNode, text: string): boolean {
  const { value } = node;
  if (typeof value === 'string') return keyDiffers(value);
  if (typeof value === 'object' && value !== null) return node.children.some((child) => isUnclear(child, text));
  // Most numbers are written in their canonical form, which both versions of YAML read alike.
  const plainNumber = typeof value === 'number' && text.slice(node.from, node.end).trim() === String(value);
  return !plainNumber && keyDiffers(plainSource(node, text) ?? '');
}

function placesOf(part: Part, node: YamlNode): Places {
  part.anchors ??= part.reading.root ? anchorsOf(part.reading.root, part.text) : new Map<unknown, YamlNode>();
  return new Places(node, part.text, part.anchors);
}

function placeIn(part: Part, offset: number): Place {
  return part.lines.place(part.offset + offset);
}
