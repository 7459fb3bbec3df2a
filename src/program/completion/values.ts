import { splitName } from '../../model/names.js';
import { OBSERVERS } from '../../model/resource.js';
import { PLATFORMS } from '../../store/platforms.js';
import { GOAL_FORMS } from '../../operations/wait/goals.js';
import type { KnownFlag, Line } from './line.js';
import type { Add, Candidate, Sources } from './sources.js';

/** How the shell goes on; the numbers are cobra's, which Skupper's own completion speaks. */
export const DIRECTIVE = { NoSpace: 2, NoFiles: 4, Folders: 16 } as const;

/** Where candidates come from, and what is to be done with them. */
export interface Answer {
  directive: number;
  collect(add: Add): Promise<void> | void;
}

const { NoSpace, NoFiles, Folders } = DIRECTIVE;
export const ANY_FILES: Answer = { directive: 0, collect: () => undefined };
export const NOTHING: Answer = { directive: NoFiles, collect: () => undefined };

/** The values of a flag, given what is typed of the value. */
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

/** The formats as help lists them: `table, wide, custom-columns=SPEC [default: table]`. Their registry would load all of the view. */
function formats(description: string): string[] {
  return (
    description
      .split(' [')[0]
      ?.split(', ')
      .map((format) => format.replace(/=.*$/, '=')) ?? []
  );
}

/** Routing keys after commas. */
function keys(flag: KnownFlag, typed: string, line: Line, source: Answer['collect']): Answer {
  const weighted = flag.name === 'weighted';
  if (weighted && typed.slice(typed.lastIndexOf(',') + 1).includes('=')) return NOTHING;
  return several(flag, typed, line, weighted ? '=' : '', source);
}

/** A list with commas that may also be given in parts; what stands in one of them already is not offered again. */
function several(flag: KnownFlag, typed: string, line: Line, end: string, source: Answer['collect']): Answer {
  const given = [...(line.flags.get(flag.name) ?? []), typed.slice(0, typed.lastIndexOf(',') + 1)];
  const taken = given.flatMap((value) => value.split(',')).map((part) => part.replace(/=[^=]*$/, ''));
  return listed(typed, taken, end, source);
}

/** The last part of a list with commas; no blank follows, for the list may go on. */
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
  // `key=KEY` is offered as far as it is fixed.
  const forms = [...new Set(GOAL_FORMS.map((form) => form.replace(/=.*/, '=')))];
  return {
    directive:
      NoFiles | (forms.filter((form) => form.startsWith(typed)).every((form) => form.endsWith('=')) ? NoSpace : 0),
    collect: (add) => forms.forEach((value) => add({ value })),
  };
}

/**
 * Whether a shell would take it as it stands. A network may hold any text, and
 * what is offered is put into a command line: what would have to be quoted is not offered.
 */
export function isHarmless(value: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._@%+:/=,-]*$/.test(value);
}
