// Automatic quarantine has stopped itself: what happened, and the one question that lets it go on.
import { useState } from 'react';
import { useClient, useSlice } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { useAct } from '../../components/use-act.ts';
import { threatTexts } from '../../messages/threats.ts';

export function BrakeNotice() {
  const client = useClient();
  const { act, isBusy } = useAct();
  const protection = useSlice('protection');
  const open = useSlice('findings')?.open ?? 0;
  const [isAsking, setIsAsking] = useState(false);
  const brake = protection?.evidence?.brake;
  const { brake: texts } = threatTexts;
  if (brake?.on !== true) return null;

  async function release(): Promise<void> {
    await act(() => client.call('brake.release', {}), { done: () => texts.released });
  }

  return (
    <>
      <Notice
        tone="attention"
        title={texts.title}
        action={
          <Button busy={isBusy} onClick={() => setIsAsking(true)}>
            {texts.release}
          </Button>
        }
      >
        <p>{brake.reason}</p>
        <p>{texts.question}</p>
      </Notice>
      <ConfirmDialog
        open={isAsking}
        title={texts.confirmTitle}
        text={texts.confirmText(open)}
        confirmLabel={texts.confirm}
        onConfirm={release}
        onClose={() => setIsAsking(false)}
      />
    </>
  );
}
