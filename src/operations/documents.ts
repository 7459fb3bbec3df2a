import type { Problem } from '../model/failure.js';
import type { Family, MultiKeyListener } from '../model/resource.js';
import { validate } from '../model/validate.js';
import { invalid } from './update.js';

export interface LabelledDocument {
  label: string;
  object: unknown;
}

export interface DocumentRules {
  family: Family;
  /** The namespace given by flag: a document that names another one is refused. */
  namespace: string | undefined;
}

function identity(object: unknown): { name: string; namespace: string } {
  const metadata = (object as Partial<MultiKeyListener> | null)?.metadata;
  return { name: String(metadata?.name ?? ''), namespace: String(metadata?.namespace ?? '') };
}

function collisions(documents: readonly LabelledDocument[], flagged = ''): Problem[] {
  const seen = new Map<string, string>();
  return documents.flatMap(({ label, object }) => {
    const { name, namespace } = identity(object);
    const id = `${namespace || flagged}/${name}`;
    const first = seen.get(id);
    if (name === '') return [];
    if (first === undefined) {
      seen.set(id, label);
      return [];
    }
    return [{ field: `${label}: metadata.name`, message: `${name} stands in ${first} already` }];
  });
}

/**
 * Documents of files as resources to be sent, each in the namespace that the
 * flag or the document names. Throws `invalid` with every problem of every
 * document; nothing of any is used then.
 */
export function checkDocuments(documents: readonly LabelledDocument[], rules: DocumentRules): MultiKeyListener[] {
  const problems = documents.flatMap(({ label, object }) => {
    const { namespace } = identity(object);
    const elsewhere = rules.namespace !== undefined && namespace !== '' && namespace !== rules.namespace;
    const own = validate(object, rules.family);
    if (elsewhere) {
      own.push({ field: 'metadata.namespace', message: `is ${namespace}, but --namespace is ${rules.namespace}` });
    }
    return own.map((problem) => ({ ...problem, field: problem.field ? `${label}: ${problem.field}` : label }));
  });
  problems.push(...collisions(documents, rules.namespace));
  if (problems.length > 0) {
    const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
    throw invalid(`the ${documents.length === 1 ? 'document has' : 'documents have'} ${count}`, problems);
  }
  return documents.map(({ object }) => {
    const resource = object as MultiKeyListener;
    const namespace = rules.namespace ?? (resource.metadata.namespace || undefined);
    return { ...resource, metadata: { ...resource.metadata, namespace } };
  });
}
