import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ScanFindings } from '../../../../src/core/guard/scan-findings.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import { AllowStore } from '../../../../src/core/store/allow-store.ts';
import { fileChainAnchor } from '../../../../src/core/store/chain-anchor.ts';
import { EventChain } from '../../../../src/core/store/event-chain.ts';
import { FindingStore } from '../../../../src/core/store/finding-store.ts';
import { openStore } from '../../../../src/core/store/store.ts';
import { hashOf } from '../../../helpers/store-entries.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { clean, infected, outcomeOn } from './samples.ts';

const outcome = outcomeOn('/home/eve/a', infected, { sha256: hashOf(1), origin: 'manual' });

function start() {
  const folder = temporaryFolder();
  const store = openStore({ folder: folder.path, logger: silentLogger });
  const found = new ScanFindings(store, folder.path, 'user eve');
  return {
    folder,
    store,
    found,
    [Symbol.dispose]() {
      store[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe('a scan in a process of its own', () => {
  test('keeps what it finds for everybody, in the name of who scanned', () => {
    using scene = start();
    expect(scene.found.record(outcome)).toMatchObject({
      isStored: true,
      finding: { id: 1, path: '/home/eve/a', state: 'open', origin: 'manual' },
    });
    scene.found.record(outcome);
    expect(new FindingStore(scene.store.history).openCount()).toBe(1);
    const events = new EventChain(scene.store.history).list({ kinds: [], before: null, limit: 10 });
    expect(events.map(({ kind, actor, path }) => [kind, actor, path])).toEqual([
      ['detection', 'user eve', '/home/eve/a'],
    ]);
  });

  test('keeps nothing of what is no threat', () => {
    using scene = start();
    expect(scene.found.record(outcomeOn('/a', clean))).toBeNull();
    expect(scene.found.allowedBy(outcomeOn('/a', clean))).toBeNull();
  });

  test('asks the allow-list that a running Vedette writes to', () => {
    using scene = start();
    expect(scene.found.allowedBy(outcome)).toBeNull();
    using running = openStore({ folder: scene.folder.path, logger: silentLogger });
    const allowed = new AllowStore(running.history);
    allowed.add({ kind: 'hash', value: hashOf(1), reason: 'ours', author: 'user bob' });
    expect(scene.found.allowedBy(outcome)).toMatchObject({ kind: 'hash', author: 'user bob' });
    allowed.remove([1]);
    expect(scene.found.allowedBy(outcome)).toBeNull();
  });

  test('adds to the chain that a running Vedette writes to, and neither breaks it', () => {
    using scene = start();
    using running = openStore({ folder: scene.folder.path, logger: silentLogger });
    const other = new ScanFindings(running, scene.folder.path, 'user bob');
    scene.found.record(outcome);
    other.record(outcomeOn('/home/bob/b', infected, { sha256: hashOf(2) }));
    scene.found.record(outcomeOn('/home/eve/c', infected, { sha256: hashOf(3) }));
    const anchor = fileChainAnchor(join(scene.folder.path, 'history.head'));
    expect(anchor.read()?.number).toBe(3);
    expect(new EventChain(scene.store.history, anchor).verify()).toMatchObject({ intact: true, records: 3 });
  });
});
