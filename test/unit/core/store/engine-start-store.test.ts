import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DatabaseFile } from '../../../../src/core/store/database-file.ts';
import { EngineStartStore, type EngineStart } from '../../../../src/core/store/engine-start-store.ts';
import { cacheFile } from '../../../helpers/store-entries.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

const start: EngineStart = {
  generation: 'g',
  certain: true,
  engines: [{ name: 'yara', state: 'ready', version: '1', signatures: 5, detail: '' }],
};

class Scene implements Disposable {
  readonly folder: TemporaryFolder = temporaryFolder();
  readonly file: DatabaseFile = cacheFile(this.folder.path);
  readonly store: EngineStartStore = new EngineStartStore(this.file);

  remember(inputs: string, value = start): void {
    this.store.remember(inputs, value);
    this.file.flush();
  }

  /** As somebody would who knows SQL. */
  edit(sql: string): void {
    this.file.write((db) => db.exec(sql));
    this.file.flush();
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
    this.folder[Symbol.dispose]();
  }
}

test('a start is recalled for the same inputs, the newest', () => {
  using scene = new Scene();
  scene.remember('inputs', { generation: 'x', certain: false, engines: [] });
  scene.remember('inputs');
  expect(scene.store.recall('inputs')).toEqual(start);
  expect(scene.store.recall('others')).toBeNull();
});

test('starts are kept for the last hundred inputs', () => {
  using scene = new Scene();
  for (let inputs = 0; inputs < 110; inputs += 1) scene.store.remember(`${inputs}`, start);
  scene.store.remember('20', start);
  scene.remember('new');
  const kept = ['9', '10', '11', '20', 'new'].filter((inputs) => scene.store.recall(inputs) !== null);
  expect(kept).toEqual(['11', '20', 'new']);
});

test.each(['no JSON', '{}', '{"generation":1,"certain":true,"engines":[]}'])(
  'a start that reads %s is none',
  (value) => {
    using scene = new Scene();
    scene.remember('inputs');
    scene.edit(`UPDATE engine_starts SET value = '${value}'`);
    expect(scene.store.recall('inputs')).toBeNull();
  },
);

test('without a database no start is known, and nothing throws', () => {
  using folder = temporaryFolder();
  using file = cacheFile(join(folder.path, 'missing'));
  const store = new EngineStartStore(file);
  store.remember('inputs', start);
  file.flush();
  expect(store.recall('inputs')).toBeNull();
});
