// A certificate for 127.0.0.1 and localhost, made and signed here: X.509 (RFC 5280) in as few bytes as will do.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface MadeCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM (PKCS #8), without a passphrase. */
  readonly key: string;
}

export interface CertificateTimes {
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

const dayMs = 86_400_000;
/** What clients know best. */
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));

export function makeCertificate({ validFrom, validTo }: CertificateTimes = {}): MadeCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(element(0x31, sequence(objectId('550403'), element(0x0c, Buffer.from('localhost')))));
  const from = validFrom ?? new Date(Date.now() - dayMs);
  const to = validTo ?? new Date(Date.now() + 365 * dayMs);
  const names = sequence(
    element(0x82, Buffer.from('localhost')),
    element(0x87, Buffer.of(127, 0, 0, 1)),
    element(0x87, Buffer.from('00000000000000000000000000000001', 'hex')),
  );
  const isAuthority = sequence(element(0x01, Buffer.of(0xff)));
  const extensions = sequence(
    sequence(objectId('551d11'), element(0x04, names)),
    sequence(objectId('551d13'), element(0x01, Buffer.of(0xff)), element(0x04, isAuthority)),
  );
  const body = sequence(
    element(0xa0, element(0x02, Buffer.of(2))),
    element(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(time(from), time(to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, extensions),
  );
  const signature = element(0x03, Buffer.concat([Buffer.of(0), sign('sha256', body, privateKey)]));
  const bytes = sequence(body, ecdsaWithSha256, signature);
  const lines = bytes.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

function objectId(hex: string): Buffer {
  return element(0x06, Buffer.from(hex, 'hex'));
}

function time(date: Date): Buffer {
  return element(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
}

/** Tag, length, value (X.690, DER). */
function element(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), value]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), value]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), value]);
}
