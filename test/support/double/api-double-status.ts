/** One field problem as a metav1.Status lists it. */
export interface Cause {
  reason: string;
  message: string;
  field: string;
}

/** What a handler answers: a status code and a body. */
export interface Answer {
  code: number;
  body: unknown;
}

/** An error answer of the API server; thrown by the double's handlers. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(code: number, reason: string | undefined, message: string, details?: object) {
    super(message);
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      details,
      code,
    };
    this.answer = { code, body: status };
  }
}

const GROUP = 'skupper.io';
export const NIL: Cause = {
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  field: '<nil>',
};

export const notFound = (plural: string, name: string): Refusal =>
  new Refusal(404, 'NotFound', `${plural}.${GROUP} "${name}" not found`, { name, group: GROUP, kind: plural });

export const noNamespace = (name: string): Refusal =>
  new Refusal(404, 'NotFound', `namespaces "${name}" not found`, { name, kind: 'namespaces' });

export const alreadyExists = (plural: string, name: string, deleting = false): Refusal =>
  new Refusal(
    409,
    'AlreadyExists',
    `${deleting ? 'object is being deleted: ' : ''}${plural}.${GROUP} "${name}" already exists`,
    {
      name,
      group: GROUP,
      kind: plural,
    },
  );

export const conflict = (plural: string, name: string, why: string): Refusal =>
  new Refusal(409, 'Conflict', `Operation cannot be fulfilled on ${plural}.${GROUP} "${name}": ${why}`, {
    name,
    group: GROUP,
    kind: plural,
  });

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export const invalid = (kind: string, name: string, causes: Cause[]): Refusal => {
  const words = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = words.length === 1 ? words[0] : `[${words.join(', ')}]`;
  return new Refusal(422, 'Invalid', `${kind}.${GROUP} "${name}" is invalid: ${list}`, {
    name,
    group: GROUP,
    kind,
    causes,
  });
};

export const badRequest = (message: string): Refusal => new Refusal(400, 'BadRequest', message);

export const expired = (from: string, oldest: number): Refusal =>
  new Refusal(410, 'Expired', `too old resource version: ${from} (${oldest})`);
