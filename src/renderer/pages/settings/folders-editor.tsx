// The watched folders with how each is watched; adding to the usual places keeps them, the last one stays.
import { FolderPlus, RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import { displayPath } from '../../../shared/display-path.ts';
import type { FolderHealth } from '../../../shared/protection.ts';
import { useSlice } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { PathText } from '../../components/path-text.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { useAct } from '../../components/use-act.ts';
import { settingMessages } from '../../messages/settings.ts';
import { folderStateWords } from '../../messages/words.ts';
import { Advice } from '../overview/need-frame.tsx';
import { adviceParts } from '../overview/command-parts.ts';
import { usePicker } from '../picker/use-picker.tsx';
import { FieldProblem } from './field-problem.tsx';
import { shownFolders, withFolders, withoutFolder, type FolderChange } from './folder-choice.ts';
import styles from './folders-editor.module.css';
import { isChanged, type ShownSetting } from './setting-words.ts';
import { useSettingEdits, useShownValue } from './use-setting-edits.ts';

interface FoldersEditorProps {
  /** `watch.folders` */
  readonly setting: ShownSetting;
}

export function FoldersEditor({ setting }: FoldersEditorProps) {
  const edits = useSettingEdits();
  const { value, problem } = useShownValue(setting);
  const [hint, setHint] = useState('');
  const { pick, dialog } = usePicker();
  const { act } = useAct();
  const isWindows = usePlatform() === 'win32';
  const evidence = useSlice('protection')?.evidence ?? null;
  const { folders: words, list } = settingMessages;

  const watched = (evidence?.watcher.folders ?? []).filter(({ removable }) => !removable);
  const configured = typeof value === 'object' && value !== null ? value : [];
  const usual = watched.map(({ path }) => path);
  const shown = shownFolders(configured, usual);
  const isLocked = setting.locked !== '';

  function apply(change: FolderChange): void {
    setHint(change.kind === 'last' ? words.last : change.kind === 'known' ? words.inside : '');
    if (change.kind === 'changed') edits.change(setting, [...change.folders], 0);
  }

  function add(paths: readonly string[]): void {
    apply(withFolders(configured, usual, paths));
  }

  function choose(): void {
    void act(() =>
      pick({ title: list.addFolder, what: 'folders', many: true, onlyFolders: true, onPick: add }),
    );
  }

  return (
    <div className={styles['editor']}>
      <p className={styles['soft']}>{configured.length === 0 ? words.usual : words.text}</p>
      {evidence?.enabled === false ? <p>{words.off}</p> : null}
      <ul className={styles['folders']}>
        {shown.map((path) => {
          const folder = watched.find((each) => each.path === path);
          return (
            <li key={path} className={styles['folder']}>
              <PathText path={path} twoLines isTabStop />
              <span className={styles['state']}>
                <FolderState folder={folder} />
              </span>
              {isLocked ? null : (
                <IconButton
                  icon={X}
                  className={styles['tool']}
                  label={list.remove(displayPath(path, isWindows))}
                  onClick={() => apply(withoutFolder(configured, usual, path))}
                />
              )}
              {folder === undefined || folder.cause === '' ? null : (
                <div className={styles['cause']}>
                  <p>{folder.cause}</p>
                  <Advice parts={adviceParts(folder.remedy)} />
                </div>
              )}
            </li>
          );
        })}
      </ul>
      <p className={styles['hint']} role="status">
        {hint}
      </p>
      <FieldProblem problem={problem} />
      {isLocked ? (
        <p className={styles['soft']}>{setting.locked}</p>
      ) : (
        <div className={styles['buttons']}>
          <Button icon={FolderPlus} onClick={choose}>
            {list.addFolder}
          </Button>
          {isChanged(setting) ? (
            <Button tone="quiet" icon={RotateCcw} onClick={() => edits.reset(setting)}>
              {words.usualAgain}
            </Button>
          ) : null}
        </div>
      )}
      {dialog}
    </div>
  );
}

function FolderState({ folder }: { readonly folder: FolderHealth | undefined }) {
  if (folder === undefined) return <StatusWord tone="neutral">{settingMessages.folders.notYet}</StatusWord>;
  const { word, tone } = folderStateWords[folder.state];
  return <StatusWord tone={tone}>{word}</StatusWord>;
}
