/**
 * The rules by which this program refuses what the API server takes: the closed list. Each is a `rule` of a problem,
 * but for strategy-immutable, which is the code of a failure of its own. docs/immutability.md says why each is there.
 */
export const STRICTER = new Set([
  'client-cert-needs-tls',
  'finalizer-name',
  'generate-name',
  'host-is-bindable',
  'host-is-service-name',
  'integer-exact',

  'name-length',
  'name-without-dots',
  'port-range',
  'routing-key-characters',
  'routing-key-empty',
  'strategy-immutable',
  'text-characters',
  'text-null',
  'tls-credentials-name',
  'weight-maximum',
  'weight-minimum',
  'weight-null',
  'weight-sum',
]);
