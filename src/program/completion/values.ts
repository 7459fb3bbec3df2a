import { splitName } from '../../model/names.js';
import { OBSERVERS } from '../../model/resource.js';
import { PLATFORMS } from '../../store/platforms.js';
import { GOAL_FORMS } from '../../operations/wait/goals.js';
import type { KnownFlag, Line } from './line.js';
import type { Add, Candidate, Sources } from './sources.js';

/** The bits of the directive for the shell, with the numbers of cobra, the Go library that Skupper's own completion uses. */
export const DIRECTIVE = { NoSpace: 2, NoFiles: 4, Folders: 16 } as const;

/** The directive for the shell, and the source of the candidates. */
export interface Answer {
  directive: number;
  collect(add: Add): Promise<void> | void;
}

const { NoSpace, NoFiles, Folders } = DIRECTIVE;
export const ANY_FILES: Answer = { directive: 0, collect: () => undefined };
export const NOTHING: Answer = { directive: NoFiles, collect: () => undefined };

/** The candidates for the value of a flag, of which `typed` is already typed. */
export function flagValues(flag: KnownFlag, typed: string, line: Line, sources: Sources): Answer {
  const plain = (collect: Answer['collect']): Answer => ({ directive: NoFiles, collect });
  const fixed = (values: readonly string[]): Answer => plain((add) => values.forEach((value) => add({ value })));
  if (flag.options) return fixed(flag.options);
  switch (flag.name) {
    case 'platform':
      return fixed(PLATFORMS.map(({ name }) => name));
    case 'output':
      return fixed(formats(flag.description ?? ''));
    case 'observer':
      return fixed(OBSERVERS);
    case 'namespace':
      return plain((add) => sources.namespaces(add));
    case 'context':
      return plain((add) => sources.contexts(add));
    case 'contexts':
      return several(flag, typed, line, '', (add) => sources.contexts(add));
    case 'selector':
      return listed(typed, typed.split(','), '', (add) => sources.labels(add));
    case 'weighted':
    case 'priority':
      return keys(flag, typed, line, (add) => sources.routingKeys(add));
    case 'without':
      return keys(flag, typed, line, (add) => sources.keysOfResource(splitName(line.words[2] ?? '').name, add));
    case 'from':
      return plain((add) => sources.names(add));
    case 'for':
      return goals(typed, sources);
    case 'filename':
    case 'kubeconfig':
      return ANY_FILES;
    case 'data-home':
      return { directive: Folders, collect: () => undefined };
    default:
      return NOTHING;
  }
}

/**
 * The formats out of a flag's description: `table, wide, custom-columns=SPEC [default: table]`. Importing their registry would
 * load the whole view.
 */
function formats(description: string): string[] {
  return (
    description
      .split(' [')[0]
      ?.split(', ')
      .map((format) => format.replace(/=.*$/, '=')) ?? []
  );
}

/** Candidates for a comma-separated list of routing keys. */
function keys(flag: KnownFlag, typed: string, line: Line, source: Answer['collect']): Answer {
  const weighted = flag.name === 'weighted';
  if (weighted && typed.slice(typed.lastIndexOf(',') + 1).includes('=')) return NOTHING;
  return several(flag, typed, line, weighted ? '=' : '', source);
}

/** Candidates for a comma-separated list whose flag can be repeated; entries that are already given are not offered again. */
function several(flag: KnownFlag, typed: string, line: Line, end: string, source: Answer['collect']): Answer {
  const given = [...(line.flags.get(flag.name) ?? []), typed.slice(0, typed.lastIndexOf(',') + 1)];
  const taken = given.flatMap((value) => value.split(',')).map((part) => part.replace(/=[^=]*$/, ''));
  return listed(typed, taken, end, source);
}

/** Candidates for the last entry of a comma-separated list; without a space after it, because the list may continue. */
function listed(typed: string, taken: readonly string[], end: string, source: Answer['collect']): Answer {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1);
  return {
    directive: NoSpace | NoFiles,
    collect: (add) =>
      source(({ value, description }: Candidate) => {
        if (isHarmless(value) && !taken.includes(value)) add({ value: `${before}${value}${end}`, description });
      }),
  };
}

function goals(typed: string, sources: Sources): Answer {
  if (typed.startsWith('key=')) {
    const source: Answer['collect'] = (add) => sources.routingKeys(add);
    return {
      directive: NoFiles,
      collect: (add) => source(({ value, description }) => add({ value: `key=${value}`, description })),
    };
  }
  // Of forms such as `key=KEY` only the part before the value is offered.
  const forms = [...new Set(GOAL_FORMS.map((form) => form.replace(/=.*/, '=')))];
  return {
    directive:
      NoFiles | (forms.filter((form) => form.startsWith(typed)).every((form) => form.endsWith('=')) ? NoSpace : 0),
    collect: (add) => forms.forEach((value) => add({ value })),
  };
}

/**
 * True if a shell needs no quotes for the value. Values from a server can contain any text, and the shell inserts them into
 * the command line, so other values are not offered.
 */
export function isHarmless(value: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._@%+:/=,-]*$/.test(value);
}
