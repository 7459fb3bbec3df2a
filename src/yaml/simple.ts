/**
 * A reader for the plainest documents only: block maps and lists of one-line scalars, in ASCII, as
 * every generator of manifests writes them. It is many times quicker than a reader of all of YAML
 * and declines whatever it is not sure of, so what it reads is what that one would read (a property
 * test holds them against each other).
 */

/** A scalar without quotes that needs a closer look only when it is a word or a number; or one in quotes without escapes. */
const SCALAR = String.raw`[A-Za-z0-9][\w./-]*|"[ !#-[\]-~]*"|'[ -&(-~]*'`;
const MEMBER = new RegExp(String.raw`( *)([A-Za-z][\w./-]*|"[\w./-]+"):(?: +(${SCALAR}))? *\r?(?:\n|$)`, 'y');
const ITEM = new RegExp(String.raw`( *)- +(${SCALAR}) *\r?(?:\n|$)`, 'y');
const BLANK = /(?: *(?:#[^\n]*)?\r?\n)*/y;
const START = /(?:---)? *\r?\n/y;
/** What some reader does not take for a text. */
const WORD = /^(?:y|yes|n|no|on|off|true|false|null)$/i;
const NUMBER = /^(?:0|[1-9][0-9]{0,14})$/;
const ADDRESS = /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/;

type Map = Record<string, unknown>;

/** An open map or list and the column in which its members start. */
type Level = { indent: number; map: Map } | { indent: number; list: unknown[] };

/** The value of a scalar; undefined where it is not sure. */
function valueOf(source: string): string | number | boolean | undefined {
  const first = source.charCodeAt(0);
  if (first === 0x22 || first === 0x27) return source.slice(1, -1);
  if (first <= 0x39) return NUMBER.test(source) ? Number(source) : ADDRESS.test(source) ? source : undefined;
  if (source.length > 5 || !WORD.test(source)) return source;
  return source === 'true' ? true : source === 'false' ? false : undefined;
}

function keyOf(source: string): string | undefined {
  if (source.startsWith('"')) return source === '"__proto__"' ? undefined : source.slice(1, -1);
  return source.length <= 5 && WORD.test(source) ? undefined : source;
}

/** Puts lines into the levels they belong to. Each method is false for what it is not sure of. */
class Builder {
  readonly root: Map = {};
  private readonly levels: Level[] = [{ indent: 0, map: this.root }];
  /** A key whose value starts in the next line. */
  private waiting: { indent: number; map: Map; key: string } | undefined;

  get complete(): boolean {
    return this.waiting === undefined;
  }

  member(indent: number, key: string, source: string | undefined): boolean {
    if (this.waiting) {
      if (indent <= this.waiting.indent) return false;
      const map: Map = {};
      this.waiting.map[this.waiting.key] = map;
      this.levels.push({ indent, map });
      this.waiting = undefined;
    }
    let level = this.levels.at(-1);
    while (level && (level.indent > indent || 'list' in level)) {
      this.levels.pop();
      level = this.levels.at(-1);
    }
    if (!level || !('map' in level) || level.indent !== indent || Object.hasOwn(level.map, key)) return false;
    const value = source === undefined ? null : valueOf(source);
    level.map[key] = value;
    if (source === undefined) this.waiting = { indent, map: level.map, key };
    return value !== undefined;
  }

  item(indent: number, source: string): boolean {
    if (this.waiting) {
      if (indent < this.waiting.indent) return false;
      const list: unknown[] = [];
      this.waiting.map[this.waiting.key] = list;
      this.levels.push({ indent, list });
      this.waiting = undefined;
    }
    const level = this.levels.at(-1);
    const value = valueOf(source);
    if (!level || !('list' in level) || level.indent !== indent || value === undefined) return false;
    level.list.push(value);
    return true;
  }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The one document of the text when it is a plain one, else undefined: then the text is for another reader. */
export function readSimple(text: string): object | undefined {
  const builder = new Builder();
  const length = (found: RegExpExecArray | null): number => found?.[0].length ?? 0;
  let at = length(match(START, text, 0));
  at += length(match(BLANK, text, at));
  if (at === text.length) return undefined;
  while (at < text.length) {
    const member = match(MEMBER, text, at);
    const item = member ? null : match(ITEM, text, at);
    if (member) {
      const [line, indent = '', source = '', value] = member;
      const key = keyOf(source);
      if (key === undefined || !builder.member(indent.length, key, value)) return undefined;
      at += line.length;
    } else if (item) {
      const [line, indent = '', value = ''] = item;
      if (!builder.item(indent.length, value)) return undefined;
      at += line.length;
    } else {
      // Blank lines and comments stand rarely between members.
      const blank = length(match(BLANK, text, at));
      if (blank === 0) return undefined;
      at += blank;
    }
  }
  return builder.complete ? builder.root : undefined;
}
