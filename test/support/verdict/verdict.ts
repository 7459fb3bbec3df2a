import https from 'node:https';
import { desired } from '../../../src/model/build.js';
import type { Failure } from '../../../src/model/failure.js';
import { isFailure, type Problem } from '../../../src/model/failure.js';
import type { Family, MultiKeyListener } from '../../../src/model/resource.js';
import { checkDocument, inNamespace } from '../../../src/operations/validate/documents.js';
import type { Handle } from '../cluster/control-plane-handle.js';

/** What the program itself says to an input: what it would send, or every problem. */
export interface Local {
  accepted?: MultiKeyListener;
  problems: readonly Problem[];
}

/** What the API server says to one request of a dry run. */
export interface Remote {
  accepted: boolean;
  status: number;
  message: string;
}

/** The verdict of work that throws the program's own Failures; anything else that it throws is a crash. */
export function verdictOf(work: () => MultiKeyListener): Local {
  try {
    return { accepted: work(), problems: [] };
  } catch (error) {
    if (!isFailure(error)) throw error;
    const { code, causes, message } = error as Failure;
    // The refusal of another strategy is a failure of its own, with a code instead of a rule.
    const rule = code === 'invalid' ? undefined : code;
    const problems = causes.length > 0 ? causes : [{ field: '', message }];
    return { problems: problems.map((problem) => (rule ? { ...problem, rule: problem.rule ?? rule } : problem)) };
  }
}

/** `create -f` up to what is sent. */
export function judgeObject(object: unknown, family: Family, namespace?: string): Local {
  const errors = checkDocument(object, { family, namespace }).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return { problems: errors };
  return { accepted: desired(inNamespace(object as MultiKeyListener, namespace)), problems: [] };
}

/** Answers that are no verdict about the object. */
const NO_VERDICT = [401, 403, 404, 429, 502, 503, 504];
const BUSY_MS = 200;
const MOST_TRIES = 20;

/** Requests of a dry run with strict decoding, over the kept-alive connections of one agent. */
export class DryRun {
  private readonly agent = new https.Agent({ keepAlive: true, maxSockets: 32 });

  constructor(
    private readonly plane: Handle,
    private readonly collection: string,
  ) {}

  /** @param text the very body */
  create(text: string): Promise<Remote> {
    return this.judged('POST', this.collection, text);
  }

  replace(name: string, text: string): Promise<Remote> {
    return this.judged('PUT', `${this.collection}/${name}`, text);
  }

  close(): void {
    this.agent.destroy();
  }

  private async judged(method: string, path: string, text: string): Promise<Remote> {
    for (let attempt = 1; ; attempt += 1) {
      const { status, body } = await this.send(method, `${path}?dryRun=All&fieldValidation=Strict`, text);
      if (!NO_VERDICT.includes(status)) {
        const { message = body } = JSON.parse(body) as { message?: string };
        return { accepted: status < 300, status, message: status < 300 ? '' : message };
      }
      if (attempt === MOST_TRIES || status < 429) throw new Error(`no verdict: ${status} ${body}`);
      await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
    }
  }

  private send(method: string, path: string, text: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const { ca, token, server } = this.plane;
      const headers = {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
      };
      const request = https.request(server + path, { method, headers, ca, agent: this.agent }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (chunk: Buffer) => parts.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') }),
        );
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(text);
    });
  }
}

/** Does the work for all items, so many at a time; results in the order of the items. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>, many = 32): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: many }, worker));
  return results;
}
