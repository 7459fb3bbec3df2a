/**
 * The syntax of names on Kubernetes and on system sites. Sources: the Kubernetes API conventions (RFC 1123, RFC 1035) and
 * Skupper's own validators. Skupper's patterns have nested quantifiers, which can take exponential time in JavaScript; here
 * the text is split instead, so that every pattern takes linear time.
 */

const LABEL_1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const HOST_PART = /^[a-z0-9]+$/;
const QUALIFIED_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** Kubernetes: the longest name for which the Service port `multiaddress-<name>` fits into a DNS label of 63 characters. */
export const MAX_NAME_KUBERNETES = 50;
/** The API server's limit for all annotations of one object together, in bytes. */
export const MAX_ANNOTATION_BYTES = 256 * 1024;

function everyDottedPart(text: string, part: RegExp): boolean {
  return text.split('.').every((piece) => part.test(piece));
}

/**
 * The type before a name, as kubectl and `-o name` write it: `mkl/`, `multikeylistener/`, `MultiKeyListener/`,
 * `multikeylisteners.skupper.io/`. Names cannot contain a slash, so a prefix like this is always a type.
 */
const TYPE = /^(?:mkl|multikeylisteners?(?:\.v2alpha1)?(?:\.skupper\.io)?)\//i;

/** Splits `multikeylistener/web` into its type with the slash, and its name. Without a type, `type` is an empty string. */
export function splitName(word: string): { type: string; name: string } {
  const [type = ''] = TYPE.exec(word) ?? [];
  return { type, name: word.slice(type.length) };
}

/** RFC 1123 label of at most 63 characters: the syntax of namespaces and of names on system sites. */
export function isLabel(text: string): boolean {
  return text.length <= 63 && LABEL_1123.test(text);
}

/** RFC 1123 subdomain of at most 253 characters: the API server's syntax for names of objects. */
export function isSubdomain(text: string): boolean {
  return text.length <= 253 && everyDottedPart(text, LABEL_1123);
}

/** The syntax of a namespace, on Kubernetes and on system sites. */
export function isNamespaceName(text: string): boolean {
  return isLabel(text);
}

/** RFC 1035 label of at most 63 characters: the syntax of a Service's name. */
export function isServiceName(text: string): boolean {
  return text.length <= 63 && LABEL_1035.test(text);
}

function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
}

function isIPv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]{2,45}$/.test(text)) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = (half: string): string[] => (half === '' ? [] : half.split(':'));
  const all = halves.flatMap(groups);
  const last = all.at(-1) ?? '';
  const v4 = last.includes('.');
  if (v4 && !(isIPv4(last) && text.endsWith(last))) return false;
  const hex = v4 ? all.slice(0, -1) : all;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = hex.length + (v4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** An IPv4 or IPv6 address without a zone. */
export function isIPAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

/**
 * System sites: an IP address, or a host name as Skupper accepts it (`^[a-z0-9]+([-.]{1}[a-z0-9]+)*$`): no upper case, and
 * no `-` or `.` next to another. Skupper cannot reload the site while one file has any other host.
 */
export function isBindHost(text: string): boolean {
  if (isIPAddress(text)) return true;
  const short = text.length <= 253 && text.split('.').every((label) => label.length <= 63);
  return short && text.split(/[-.]/).every((part) => HOST_PART.test(part));
}

/** True for a routing key that Skupper's own CLI accepts. The CRD accepts any string. */
export function isUsualRoutingKey(text: string): boolean {
  return everyDottedPart(text, LABEL_1123);
}

/** False for a routing key with control characters, blanks, `,` or `=`: flags and tables cannot represent it. */
export function isPossibleRoutingKey(text: string): boolean {
  return text !== '' && !/[\u0000-\u0020\u007f-\u00a0\u2028\u2029,=]/.test(text) && text.isWellFormed();
}

/** Checks the key of a label or annotation, `[prefix/]name`. Returns a clause that says what is wrong, or undefined. */
export function qualifiedNameProblem(key: string): string | undefined {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  if (prefix !== undefined && !isSubdomain(prefix)) return 'the part before "/" must be a lower-case DNS name';
  if (name.length > 63) return 'the name part must be no more than 63 characters';
  if (!QUALIFIED_NAME.test(name)) {
    return 'must consist of letters, digits, "-", "_" or ".", and start and end with a letter or digit';
  }
  return undefined;
}

/** Checks the value of a label. Returns a clause that says what is wrong, or undefined. */
export function labelValueProblem(value: string): string | undefined {
  if (value === '') return undefined;
  if (value.length > 63) return 'must be no more than 63 characters';
  if (!QUALIFIED_NAME.test(value)) {
    return 'must be empty or consist of letters, digits, "-", "_" or ".", and start and end with a letter or digit';
  }
  return undefined;
}

/** A host and port as clients write them: `web:8080`, and with brackets around an IPv6 address, `[::1]:8080`. Takes any host of a server. */
export function addressOf({ host, port }: { host: string; port: number }): string {
  return `${/:/.test(host) ? `[${host}]` : host}:${port}`;
}
