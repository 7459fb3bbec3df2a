import { applyChange, parseChange } from '../../../src/model/change/change.js';
import { Failure, isFailure } from '../../../src/model/failure.js';
import type { MultiKeyListener } from '../../../src/model/resource.js';
import { planApply } from '../../../src/operations/write/plan-apply.js';
import { FileChecker } from '../../../src/operations/validate/check-file.js';
import { checkDocument, inNamespace } from '../../../src/operations/validate/documents.js';
import { Validation, type FileRemark } from '../../../src/operations/validate/validation.js';
import { planUpdate, type Plan } from '../../../src/operations/write/plan-update.js';
import { openKubernetesStore } from '../../../src/store/kubernetes/store.js';
import type { Store } from '../../../src/store/store.js';
import { STORED, type Update } from '../arbitrary/arbitrary-update.js';
import { changed } from '../arbitrary/arbitrary-changes.js';
import type { Handle } from '../cluster/control-plane-handle.js';
import type { Outcome } from '../verdict/trial.js';
import { DryRun, judgeObject, verdictOf, type Local } from '../verdict/verdict.js';
import { STRICTER } from '../verdict/verdict-rules.js';

const FAMILY = 'kubernetes';

/** The two verdicts about objects, texts and updates in one namespace of a real API server; it stores nothing of them. */
export class VerdictServer {
  private constructor(
    private readonly namespace: string,
    private readonly store: Store,
    private readonly dryRun: DryRun,
    private readonly stored: readonly MultiKeyListener[],
  ) {}

  /** Stores what updates start from. */
  static async open(plane: Handle): Promise<VerdictServer> {
    const namespace = await plane.newNamespace();
    const collection = `/apis/skupper.io/v2alpha1/namespaces/${namespace}/multikeylisteners`;
    const stored: MultiKeyListener[] = [];
    for (const resource of STORED) {
      const { status, body } = await plane.admin('POST', collection, resource);
      if (status !== 201) throw new Error(JSON.stringify(body));
      stored.push(body as unknown as MultiKeyListener);
    }
    const store = await openKubernetesStore({
      platform: 'kubernetes',
      env: { KUBECONFIG: await plane.kubeconfig('admin', namespace) },
      requestTimeoutMs: 60_000,
    });
    return new VerdictServer(namespace, store, new DryRun(plane, collection), stored);
  }

  close(): void {
    this.dryRun.close();
  }

  /** What `create -f` sends must be taken; and so must the object itself, but for what the program says it ignores. */
  readonly object = async (object: unknown): Promise<Outcome> => {
    const raw = JSON.stringify(object);
    const local = judgeObject(object, FAMILY, this.namespace);
    if (!local.accepted) return this.refused(local, () => this.dryRun.create(raw));
    const sent = await this.sent(() => this.store.create(local.accepted as MultiKeyListener, { dryRun: true }));
    if (sent.verdict === 'broken') return sent;
    const remarks = checkDocument(object, { family: FAMILY, namespace: this.namespace });
    if (remarks.some(({ rule }) => rule === 'ignored-field')) return sent;
    const { accepted, message } = await this.dryRun.create(raw);
    return accepted ? sent : { verdict: 'broken', why: `accepted, and the server refuses it as it is: ${message}` };
  };

  /** A file of one document: read, judged, sent. */
  readonly text = async (text: string): Promise<Outcome> => {
    const local = await this.read(text);
    if (local.accepted) return this.object(local.accepted);
    return this.refused(local, () => this.dryRun.create(text));
  };

  private async read(text: string): Promise<Local> {
    const problems: FileRemark[] = [];
    const found: MultiKeyListener[] = [];
    const validation = new Validation((remark) => {
      if (remark.severity === 'error') problems.push(remark);
    });
    const rules = { family: FAMILY, namespace: this.namespace } as const;
    const keep = (resource: MultiKeyListener): void => void found.push(resource);
    const checker = new FileChecker(rules, validation, { pause: async () => {}, keep });
    await checker.check({ file: 'it', named: true, text });
    const [resource] = found;
    if (problems.length > 0 || !resource || found.length > 1) return { problems };
    return { accepted: resource, problems };
  }

  readonly update = async (update: Update): Promise<Outcome> => {
    const before = this.stored[update.index] as MultiKeyListener;
    const permission = { inPlace: update.inPlace };
    let plan: Plan | undefined;
    let wanted: unknown;
    const local = verdictOf(() => {
      if ('manifest' in update) {
        wanted = this.versioned(update.manifest, before);
        const { accepted, problems } = judgeObject(update.manifest, FAMILY, this.namespace);
        if (!accepted) throw new Failure('invalid', 'the manifest is invalid', { causes: problems });
        const manifest = inNamespace(update.manifest as MultiKeyListener, this.namespace);
        const step = planApply(before, manifest, FAMILY, permission);
        if (step.way === 'create') throw new Error('it is stored');
        plan = step;
      } else {
        const change = parseChange(update.flags);
        wanted = applyChange(before, change, FAMILY).after;
        plan = planUpdate(before, change, FAMILY, permission);
      }
      return plan.after;
    });
    const { name, uid, resourceVersion = '' } = before.metadata;
    if (!plan) return this.refused(local, () => this.dryRun.replace(name, JSON.stringify(wanted)));
    const { patch } = plan;
    return this.sent(() => this.store.patch(name, patch, { dryRun: true, uid, resourceVersion }));
  };

  /** As `kubectl replace` would send it: a version is needed for a verdict. */
  private versioned(manifest: unknown, { metadata }: MultiKeyListener): unknown {
    const given = (manifest as { metadata?: { resourceVersion?: unknown } } | null)?.metadata?.resourceVersion ?? null;
    if (given !== null) return manifest;
    return changed(manifest, { path: ['metadata', 'resourceVersion'], value: metadata.resourceVersion });
  }

  private async refused(local: Local, ask: () => Promise<{ accepted: boolean }>): Promise<Outcome> {
    if (!(await ask()).accepted) return { verdict: 'both reject' };
    const unnamed = local.problems.filter(({ rule }) => rule === undefined || !STRICTER.has(rule));
    if (unnamed.length === 0) return { verdict: 'stricter', rules: local.problems.map(({ rule }) => rule ?? '') };
    return { verdict: 'broken', why: `the server accepts it, refused without a rule: ${JSON.stringify(unnamed)}` };
  }

  private async sent(send: () => Promise<unknown>): Promise<Outcome> {
    try {
      await send();
      return { verdict: 'both accept' };
    } catch (error) {
      if (!isFailure(error)) throw error;
      const { message, causes } = error;
      return {
        verdict: 'broken',
        why: `accepted, and the server refuses what is sent: ${message} ${JSON.stringify(causes)}`,
      };
    }
  }
}
