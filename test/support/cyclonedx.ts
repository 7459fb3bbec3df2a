/** What of CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/) our bill of materials uses, as strictly; nothing else is allowed. */

const filled = { type: 'string', minLength: 1 };
const object = (required: readonly string[], properties: object): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const list = (items: object): object => ({ type: 'array', uniqueItems: true, items });

const licences = {
  oneOf: [
    { ...list(object(['license'], { license: object(['id'], { id: filled }) })), minItems: 1 },
    { ...list(object(['expression'], { expression: filled })), minItems: 1, maxItems: 1 },
  ],
};

/** Of npm's packages, and the Node that a single executable has inside. */
const PURL = '^pkg:(npm/(%40[a-z0-9._~-]+/)?[a-z0-9._~-]+|generic/node)@[0-9]+\\.[0-9]+\\.[0-9]+';

const component = (...types: string[]): object =>
  object(['bom-ref', 'type', 'name', 'version', 'purl', 'licenses'], {
    'bom-ref': filled,
    type: { enum: types },
    name: filled,
    version: filled,
    description: { type: 'string' },
    scope: { const: 'required' },
    purl: { type: 'string', pattern: PURL },
    hashes: list(
      object(['alg', 'content'], {
        alg: { const: 'SHA-512' },
        content: { type: 'string', pattern: '^[a-f0-9]{128}$' },
      }),
    ),
    licenses: licences,
  });

export const CYCLONEDX = object(
  ['$schema', 'bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies'],
  {
    $schema: { const: 'http://cyclonedx.org/schema/bom-1.5.schema.json' },
    bomFormat: { const: 'CycloneDX' },
    specVersion: { const: '1.5' },
    serialNumber: {
      type: 'string',
      pattern: '^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    },
    version: { type: 'integer', minimum: 1 },
    metadata: object(['lifecycles', 'tools', 'component'], {
      lifecycles: list(object(['phase'], { phase: { enum: ['design', 'pre-build', 'build', 'post-build'] } })),
      tools: list(object(['vendor', 'name'], { vendor: filled, name: filled })),
      component: component('application'),
    }),
    components: { ...list(component('library', 'platform')), minItems: 1 },
    dependencies: list(object(['ref', 'dependsOn'], { ref: filled, dependsOn: list(filled) })),
  },
);
