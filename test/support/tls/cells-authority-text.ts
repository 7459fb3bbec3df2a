import tls from 'node:tls';
import { inGroup, served, type Cell } from './cell.js';
import { leaf, other, root } from './pki.js';

const own = root.certificate;
const armoured = (text: string): string => own.replaceAll('CERTIFICATE', text);
const body = own.split('\n').slice(1, -2).join('\n');
const REFUSED: Cell['refusal'] = 'kubeconfig-invalid';
const BROKEN = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const NO_BASE64 = '-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n';
const ENDLESS = own.replace(/-----END CERTIFICATE-----\n/, '');

/** What a certificate-authority may hold beside the certificate: people put these files together by hand. */
const TEXTS: Record<string, string> = {
  'as it is': own,
  'with the line ends of Windows': own.replaceAll('\n', '\r\n'),
  'with the line ends of old Macs': own.replaceAll('\n', '\r'),
  'without a line end at its end': own.trimEnd(),
  'after other text': `Subject: CN=Root\nIssuer: CN=Root\n${own}`,
  'before other text': `${own}Subject: CN=Root\n`,
  'after text on the same line': `Root: ${own}`,
  'after an empty line': `\n\n${own}`,
  'after a byte order mark': `\uFEFF${own}`,
  'with spaces at the ends of lines': own.replaceAll('\n', '  \n'),
  'with indented lines': own.replaceAll('\n', '\n  '),
  'with an indented body': own.replace(body, body.replaceAll('\n', '\n  ')),
  'on one line': own.replace(body, body.replaceAll('\n', '')),
  'with empty lines in it': own.replaceAll('\n', '\n\n'),
  'with headers in it': own.replace('-----\n', '-----\nName: Root\n\n'),
  'as a trusted certificate of OpenSSL': armoured('TRUSTED CERTIFICATE'),
  'as an X509 certificate': armoured('X509 CERTIFICATE'),
  'in lower case': own.replaceAll('CERTIFICATE', 'certificate'),
  'as something else': armoured('PUBLIC KEY'),
  twice: own + own,
  'after another': other.certificate + own,
  'after another, on the same line': other.certificate.trimEnd() + own,
  'with text between it and another': `${other.certificate}# the root of the cluster\n${own}`,
  'after a key': other.key + own,
  'after one that is broken': BROKEN + own,
  'before one that is broken': own + BROKEN,
  'after one that is no base64': NO_BASE64 + own,
  'after one without an end': ENDLESS + own,
  'after the roots of the world': `${tls.rootCertificates.join('\n')}\n${own}`,
  'without an end': ENDLESS,
  broken: BROKEN,
  'no base64': NO_BASE64,
  'a key': root.key,
  'other text': 'not a certificate\n',
  'the base64 of DER': `${body}\n`,
  'an empty line': '\n',
};

/** Texts without a certificate for Go, and so for this program. */
const WITHOUT = [
  'with the line ends of old Macs',
  'after text on the same line',
  'after a byte order mark',
  'after another, on the same line',
  'with indented lines',
  'with headers in it',
  'as a trusted certificate of OpenSSL',
  'as an X509 certificate',
  'in lower case',
  'as something else',
  'without an end',
  'broken',
  'no base64',
  'a key',
  'other text',
  'the base64 of DER',
  'an empty line',
];

/** How the certificate authority is written. */
export function authorityTextCells(): Cell[] {
  const server = served(leaf(root));
  const der = Buffer.from(body, 'base64').toString('latin1');
  const cells = (['data', 'file'] as const).flatMap((authorityAs) =>
    Object.entries(TEXTS).map(([name, authority]) => ({
      name: `${authorityAs}, ${name}`,
      ...server,
      authority,
      authorityAs,
      refusal: WITHOUT.includes(name) ? REFUSED : undefined,
    })),
  );
  return inGroup('texts of certificate-authority', [
    ...cells,
    { name: 'file, empty', ...server, authority: '', authorityAs: 'file', refusal: REFUSED },
    {
      name: 'file, empty, SSL_CERT_FILE with the root',
      ...server,
      authority: '',
      authorityAs: 'file',
      env: { SSL_CERT_FILE: 'DIR/roots' },
      files: { roots: own },
      stricter: 'empty-authority',
      refusal: REFUSED,
    },
    { name: 'file, DER', ...server, authority: der, authorityAs: 'file', refusal: REFUSED },
    { name: 'data, DER', ...server, authority: der, refusal: REFUSED },
    {
      name: 'file that is not there',
      ...server,
      cluster: { 'certificate-authority': 'DIR/nothing' },
      refusal: REFUSED,
    },
    { name: 'file that is a folder', ...server, cluster: { 'certificate-authority': 'DIR' }, refusal: REFUSED },
    { name: 'no data', ...server, cluster: { 'certificate-authority-data': '' } },
    {
      name: 'data and file',
      ...server,
      authority: own,
      cluster: { 'certificate-authority': 'DIR/ca' },
      files: { ca: own },
      refusal: REFUSED,
    },
  ]);
}
