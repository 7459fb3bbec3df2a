import { Composer, Parser, isMap, isScalar, isSeq, visit, type Document, type Node } from 'yaml';
import { LocatedDocument } from './located-document.js';

/** Something that is not YAML for us, with its offset in the chunk. */
export interface Fault {
  offset: number;
  message: string;
  kind: 'syntax' | 'tag';
}

/** A chunk parsed with positions: slow, so only for those with problems. */
export class LocatedChunk {
  private readonly documents: Document[];
  private readonly targets = new Map<number, Map<unknown, unknown>>();

  /** Throws a RangeError for what is nested thousands of levels deep. */
  constructor(private readonly text: string) {
    // Keys given twice are found here in linear time; the composer compares each with each.
    const options = { uniqueKeys: false, prettyErrors: false, merge: true, strict: true } as const;
    const composed = new Composer(options).compose(new Parser().parse(text));
    this.documents = [...composed].filter(hasContent);
  }

  /** The fields of the chunk's document of that index, or of one item of the List it is. */
  document(index: number, item?: number): LocatedDocument {
    const document = this.documents[index];
    const root = document?.contents ?? undefined;
    const items = isMap(root) && item !== undefined ? root.get('items', true) : undefined;
    const targets = this.targets.get(index) ?? targetsOf(document);
    this.targets.set(index, targets);
    return new LocatedDocument(isSeq(items) ? items.items[item ?? 0] : root, targets);
  }

  /** The first fault of the syntax, else every tag that is not of the core schema. */
  faults(): Fault[] {
    const [error] = this.documents.flatMap((document) => document.errors);
    if (error) return [{ offset: this.startOf(error.code, error.pos[0]), message: this.said(error), kind: 'syntax' }];
    return this.documents.flatMap((document) =>
      document.warnings
        .filter(({ code }) => code === 'TAG_RESOLVE_FAILED')
        .map(({ pos }) => {
          const tag = this.text.slice(pos[0], pos[1]).trim();
          return { offset: pos[0], message: `the tag ${JSON.stringify(tag)} is not known: leave it out`, kind: 'tag' };
        }),
    );
  }

  private said(error: { code: string; message: string }): string {
    const quote = /^Missing closing (.)quote/.exec(error.message)?.[1];
    if (quote === undefined) return error.message.charAt(0).toLowerCase() + error.message.slice(1);
    return `the ${quote === '"' ? 'double' : 'single'} quote that starts here is never closed`;
  }

  /** A quote that is never closed is noticed at the end of the text; what helps is where it starts. */
  private startOf(code: string, offset: number): number {
    if (code !== 'MISSING_CHAR') return offset;
    let start = offset;
    for (const token of new Parser().parse(this.text)) start = unclosedQuote(token) ?? start;
    return start;
  }
}

function hasContent(document: Document): boolean {
  const { contents } = document;
  const empty = isScalar(contents) ? contents.value === null : contents === null;
  return !empty || document.errors.length > 0 || document.warnings.length > 0;
}

function targetsOf(document: Document | undefined): Map<unknown, unknown> {
  const anchors = new Map<string, Node>();
  const targets = new Map<unknown, unknown>();
  if (!document) return targets;
  visit(document, {
    Alias: (_key, alias) => void targets.set(alias, anchors.get(alias.source)),
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** The offset of the scalar in quotes, anywhere below the token, that has no closing one. */
function unclosedQuote(token: unknown): number | undefined {
  if (typeof token !== 'object' || token === null) return undefined;
  const { type, source, offset } = token as { type?: string; source?: string; offset?: number };
  const quote = type === 'double-quoted-scalar' ? '"' : type === 'single-quoted-scalar' ? "'" : undefined;
  if (quote !== undefined && source !== undefined) {
    const closed = source.length > 1 && source.endsWith(quote) && !(quote === '"' && /[^\\](?:\\\\)*\\"$/.test(source));
    return closed ? undefined : offset;
  }
  for (const member of Object.values(token)) {
    const parts: unknown[] = Array.isArray(member) ? member : [member];
    for (const part of parts) {
      const found = unclosedQuote(part);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
