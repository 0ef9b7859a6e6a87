// Two independent clients ask the same clamd about the same files: the verdicts must be ours.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import NodeClam from 'clamscan';
import nodeClamav from 'node-clamav';
import { describe, expect, it } from 'vitest';
import { ClamdClient } from '../../src/core/engines/clamd/clamd-client.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { eicar } from '../helpers/eicar.ts';
import { hasClamd, RealClamd } from '../helpers/real-clamd.ts';

const testFiles = '/usr/share/clamav-testfiles';
const isRequired = process.env['VEDETTE_REQUIRE_CLAMD'] === '1';
const timeoutMs = 20_000;

/** Name of the file, and `clean` or the signature. */
type Verdicts = Record<string, string>;
type Ask = (bytes: Buffer) => Promise<string>;

/** One program in many container formats, EICAR, and files with nothing in them. */
function corpus(): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const name of readdirSync(testFiles)) files.set(name, readFileSync(join(testFiles, name)));
  for (const sizeBytes of [1, 3, 4, 65_535, 65_536, 65_537, 3_000_000]) {
    files.set(
      `clean of ${sizeBytes} bytes`,
      Buffer.from(Array.from({ length: sizeBytes }, (_, at) => (at * 31) % 253)),
    );
  }
  files.set('words that look like a reply', Buffer.from('stream: OK\0stream: X FOUND\0'));
  files.set('EICAR', eicar());
  files.set('EICAR not at the beginning', Buffer.concat([Buffer.from('x'), eicar()]));
  return files;
}

async function verdictsOf(files: ReadonlyMap<string, Buffer>, ask: Ask): Promise<Verdicts> {
  const verdicts: Verdicts = {};
  // One after the other: the other clients open a connection for each.
  for (const [name, bytes] of files) verdicts[name] = await ask(bytes);
  return verdicts;
}

/** Finds the program of the test files, also inside the containers that clamd opens. */
function testProgramSignature(): string {
  const program = readFileSync(join(testFiles, 'clam.exe'));
  return `${createHash('md5').update(program).digest('hex')}:${program.length}:Clam-Test-File\n`;
}

describe.skipIf(!isRequired && !(hasClamd && existsSync(testFiles)))(
  'ClamdClient beside other clients',
  () => {
    it('gives the verdicts that clamscan and node-clamav give', async () => {
      await using clamd = await RealClamd.start({ database: { 'program.hdb': testProgramSignature() } });
      if (clamd.address.kind !== 'unix') throw new Error('not a socket');
      await using client = new ClamdClient({ target: clamd.target, logger: silentLogger });
      const viaSocket = await new NodeClam().init({
        preference: 'none',
        clamdscan: { socket: clamd.address.path, timeout: timeoutMs },
      });
      const viaTcp = nodeClamav.createScanner(clamd.tcpAddress.host, clamd.tcpAddress.port);
      const files = corpus();

      const ours = await verdictsOf(files, async (bytes) => {
        const outcome = await client.scanBytes(bytes);
        if (outcome.kind === 'found') return outcome.detections[0].name;
        return outcome.kind === 'nothing' ? 'clean' : outcome.reason;
      });
      const oursStreamed = await verdictsOf(files, async (bytes) => {
        const outcome = await client.scanStream(() => Readable.from([bytes]), bytes.length);
        if (outcome.kind === 'found') return outcome.detections[0].name;
        return outcome.kind === 'nothing' ? 'clean' : outcome.reason;
      });
      const ofClamscan = await verdictsOf(files, async (bytes) => {
        const { isInfected, viruses } = await viaSocket.scanStream(Readable.from([bytes]));
        return isInfected === false ? 'clean' : viruses.join(' ');
      });
      const ofNodeClamav = await verdictsOf(files, async (bytes) => {
        const reply = await viaTcp.scanBuffer(bytes, timeoutMs);
        return nodeClamav.isCleanReply(reply) ? 'clean' : reply.replace(/^stream: (.*) FOUND\0$/, '$1');
      });

      expect(ofClamscan).toEqual(ours);
      expect(ofNodeClamav).toEqual(ours);
      expect(oursStreamed).toEqual(ours);
      // The comparison means something: both kinds of verdict are among them.
      expect(ours).toMatchObject({
        EICAR: 'Eicar-Test-Signature.UNOFFICIAL',
        'clam.zip': 'Clam-Test-File.UNOFFICIAL',
        'words that look like a reply': 'clean',
      });
      expect(Object.values(ours).filter((verdict) => verdict !== 'clean').length).toBeGreaterThan(20);
    });
  },
);
