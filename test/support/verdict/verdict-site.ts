import { isDeepStrictEqual } from 'node:util';
import { desired } from '../../../src/model/build.js';
import { isFailure } from '../../../src/model/failure.js';
import type { MultiKeyListener } from '../../../src/model/resource.js';
import { validate } from '../../../src/model/validate/resource.js';
import { readFile, readObject, type ReadListener } from '../system/system-reader.js';
import { systemSite, type SystemSite } from '../system/system-site.js';
import type { Outcome } from './trial.js';
import { judgeObject } from './verdict.js';
import { STRICTER } from './verdict-rules.js';

const NAMESPACE = 'default';

/** What is empty means the same as what is absent, as in Go. */
function meant({ metadata, spec }: MultiKeyListener): ReadListener {
  const { tlsCredentials, requireClientCert, observer, settings, host, port, strategy } = spec;
  const optional = {
    ...(tlsCredentials && { tlsCredentials }),
    ...(requireClientCert && { requireClientCert }),
    ...(observer && { observer }),
    ...(settings && Object.keys(settings).length > 0 && { settings }),
  };
  const { name, labels = {}, annotations = {} } = metadata;
  return { name, namespace: NAMESPACE, labels, annotations, spec: { host, port, strategy, ...optional } };
}

/** The two verdicts about objects on system sites: the program's, and that of Skupper's reader of what is written then. */
export class VerdictSite {
  private readonly free: SystemSite[] = [];

  /** `create -f` through the real store into a real folder; the file it leaves is what is read. */
  readonly object = async (object: unknown): Promise<Outcome> => {
    const { accepted, problems } = judgeObject(object, 'system', NAMESPACE);
    if (accepted) return this.written(accepted);
    if (readObject(object).refused !== undefined || !readObject(object).listeners.length)
      return { verdict: 'both reject' };
    // The reader passes over what it does not know or can't convert: an unnamed problem is a rule of the API server's,
    // and is one for both families.
    const servers = validate(object, 'kubernetes');
    const rules = problems.map(({ field, message, rule }) => {
      if (rule !== undefined) return STRICTER.has(rule) ? rule : undefined;
      const same = servers.some(
        (other) => other.rule === undefined && other.field === field && other.message === message,
      );
      return same ? 'the API server’s' : undefined;
    });
    const unnamed = problems.filter((_, index) => rules[index] === undefined);
    if (unnamed.length > 0)
      return { verdict: 'broken', why: `the reader accepts it, refused without a rule: ${JSON.stringify(unnamed)}` };
    return { verdict: 'stricter', rules: rules.map(String) };
  };

  async close(): Promise<void> {
    await Promise.all(this.free.map((site) => site.remove()));
  }

  private async written(resource: MultiKeyListener): Promise<Outcome> {
    const site = this.free.pop() ?? (await systemSite());
    const store = await site.open(NAMESPACE);
    const { name } = resource.metadata;
    const file = `MultiKeyListener-${name}.yaml`;
    try {
      await store.create(desired(resource));
      const text = await site.read('input', 'resources', file);
      await store.delete(name);
      const { refused, listeners } = readFile(file, text);
      if (refused !== undefined)
        return { verdict: 'broken', why: `accepted, and the reader refuses it: ${refused}\n${text}` };
      if (isDeepStrictEqual(listeners, [meant(desired(resource))])) return { verdict: 'both accept' };
      return {
        verdict: 'broken',
        why: `the reader takes it for something else: ${JSON.stringify(listeners)}\n${text}`,
      };
    } catch (error) {
      if (!isFailure(error)) throw error;
      return { verdict: 'broken', why: `accepted, and then not written: ${error.message}` };
    } finally {
      this.free.push(site);
    }
  }
}
