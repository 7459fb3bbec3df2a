/** Secrets as they are in real kubeconfigs: long and mixed, with what base64 and URLs write otherwise; and a person's. */
export const SECRETS = {
  token: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ+L/Fq0+UT9.Zx-7_Qw',
  password: 'Tr0ub4dor&3+x',
  proxyPassword: 'pr0xyPassw0rd',
  urlPassword: 'Url-Passw0rd',
  execToken: 'k8s-aws-v1.aHR0cHM6Ly9zdHMuYW1hem9u',
  execSaid: 'Zm9vYmFyc2VjcmV0MTIz',
  execVariable: 'wJalrXUtnFEMI/K7MDENG',
  execArgument: 'dG9wLXNlY3JldC1hcmc',
  provided: 'ya29.A0ARrdaM-xYz9',
  key: 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7',
} as const;

/** A client key as kubeconfigs hold it, which is none that could be used. */
export const KEY_DATA = Buffer.from(
  `-----BEGIN PRIVATE KEY-----\n${SECRETS.key}\n-----END PRIVATE KEY-----\n`,
).toString('base64');

function forms(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  const basic = Buffer.from(`joe:${secret}`).toString('base64');
  // The beginning too: a text that is cut before it is searched gives that away.
  return [secret, secret.slice(0, 12), encodeURIComponent(secret), base64.replace(/=+$/, ''), basic];
}

const ALL = [...Object.entries(SECRETS), ['keyData', KEY_DATA] as const].flatMap(([name, secret]) =>
  forms(secret).map((form) => [name, form] as const),
);

/** The names of the secrets that the text gives away, in whatever form. */
export function leaksIn(text: string): string[] {
  return [...new Set(ALL.filter(([, form]) => text.includes(form)).map(([name]) => name))];
}
