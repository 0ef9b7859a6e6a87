// Three ways to begin a scan; what each looks at is said before it begins.
import { FolderSearch, HardDrive, Zap } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useClient } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { useAct } from '../../components/use-act.ts';
import { scanTexts } from '../../messages/scan.ts';
import { usePicker } from '../picker/use-picker.tsx';
import styles from './scan.module.css';
import type { JobActs } from './use-job-acts.tsx';

export function ScanChoices({ acts }: { readonly acts: JobActs }) {
  const isDesktop = useClient().kind === 'desktop';
  const { act } = useAct();
  const picker = usePicker();
  const { quick, full, custom } = scanTexts;

  function choose(what: 'folders' | 'files'): void {
    const title = custom.dialog;
    void act(() => picker.pick({ title, what, many: true, onPick: (paths) => acts.start('custom', paths) }));
  }

  return (
    <section aria-label={scanTexts.begin}>
      <div className={styles['choices']}>
        <Choice icon={Zap} title={quick.title} text={quick.text}>
          <Button tone="primary" busy={acts.isBusy} onClick={() => acts.start('quick', [])}>
            {quick.start}
          </Button>
        </Choice>
        <Choice icon={HardDrive} title={full.title} text={full.text}>
          <Button disabled={acts.isBusy} onClick={() => acts.start('full', [])}>
            {full.start}
          </Button>
        </Choice>
        <Choice icon={FolderSearch} title={custom.title} text={custom.text}>
          {isDesktop ? (
            <>
              <Button disabled={acts.isBusy} onClick={() => choose('folders')}>
                {custom.folders}
              </Button>
              <Button disabled={acts.isBusy} onClick={() => choose('files')}>
                {custom.files}
              </Button>
            </>
          ) : (
            <Button disabled={acts.isBusy} onClick={() => choose('folders')}>
              {custom.browse}
            </Button>
          )}
        </Choice>
      </div>
      {isDesktop ? <p className={styles['hint']}>{scanTexts.dropHint}</p> : null}
      {picker.dialog}
    </section>
  );
}

interface ChoiceProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}

function Choice({ icon: Icon, title, text, children }: ChoiceProps) {
  return (
    <div className={styles['choice']}>
      <span className={styles['choiceIcon']}>
        <Icon size={20} aria-hidden />
      </span>
      <h2>{title}</h2>
      <p className={styles['soft']}>{text}</p>
      <div className={styles['choiceButtons']}>{children}</div>
    </div>
  );
}
