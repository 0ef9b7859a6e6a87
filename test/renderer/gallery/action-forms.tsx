// Buttons, menus, switches, dialogs, messages.
import { Download, MoreHorizontal, Play, Search, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../../src/renderer/components/badge.tsx';
import { Button, LinkButton } from '../../../src/renderer/components/button.tsx';
import { Card } from '../../../src/renderer/components/card.tsx';
import { ConfirmDialog } from '../../../src/renderer/components/confirm-dialog.tsx';
import { CopyButton } from '../../../src/renderer/components/copy-button.tsx';
import { Dialog } from '../../../src/renderer/components/dialog.tsx';
import { IconButton } from '../../../src/renderer/components/icon-button.tsx';
import { Menu } from '../../../src/renderer/components/menu.tsx';
import { Segmented } from '../../../src/renderer/components/segmented.tsx';
import { Switch } from '../../../src/renderer/components/switch.tsx';
import { Tabs } from '../../../src/renderer/components/tabs.tsx';
import { useToasts } from '../../../src/renderer/components/toasts.tsx';
import styles from './gallery.module.css';

const ranges = [
  { value: '5m', label: '5 min' },
  { value: '1h', label: '1 h' },
  { value: '24h', label: '24 h' },
] as const;

function nothing(): void {}

export function ActionForms() {
  const { show } = useToasts();
  const [range, setRange] = useState<'5m' | '1h' | '24h'>('1h');
  const [isOn, setIsOn] = useState(true);
  const [isDialogOpen, setIsDialogOpen] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Card title="Actions" actions={<Badge count={3} label="3 open threats" />}>
      <div className={styles['grid']}>
        <div className={styles['row']}>
          <Button tone="primary" icon={Play}>
            Start scan
          </Button>
          <Button>Plain</Button>
          <Button tone="danger" icon={Trash2}>
            Delete
          </Button>
          <Button tone="quiet">Quiet</Button>
          <Button tone="primary" busy>
            Scanning
          </Button>
          <Button disabledReason="No engine is ready.">With a reason</Button>
          <Button disabled>Disabled</Button>
          <LinkButton href="#/scan" icon={Search}>
            A link
          </LinkButton>
          <IconButton label="Export" icon={Download} />
          <CopyButton text="vedette serve" />
          <Menu
            trigger={<IconButton label="More" icon={MoreHorizontal} data-name="menu" />}
            items={[
              { label: 'Quarantine', icon: Download, onSelect: nothing },
              { label: 'Leave alone', onSelect: nothing },
              { label: 'Cannot now', onSelect: nothing, disabled: true },
              { label: 'Delete', icon: Trash2, tone: 'danger', onSelect: nothing, startsGroup: true },
            ]}
          />
        </div>
        <div className={styles['row']}>
          <Switch checked={isOn} onChange={setIsOn} label="On" />
          <Switch checked={false} onChange={nothing} label="Off" />
          <Switch checked disabled onChange={nothing} label="Disabled" />
          <Segmented label="Range" options={ranges} value={range} onChange={setRange} />
          <Button data-name="dialog" onClick={() => setIsDialogOpen(true)}>
            Dialog
          </Button>
          <Button data-name="confirm" onClick={() => setIsAsking(true)}>
            Confirm
          </Button>
          <Button
            data-name="toast"
            onClick={() => {
              show({ text: 'The file was quarantined.', tone: 'ok', undo: { run: nothing } });
              show({ text: 'The vault cannot be written: no space is left on the disk.', tone: 'danger' });
            }}
          >
            Messages
          </Button>
        </div>
        <Tabs label="Views" options={ranges} value={range} onChange={setRange}>
          What {range} shows.
        </Tabs>
      </div>
      <Dialog
        open={isDialogOpen}
        onClose={() => setIsDialogOpen(false)}
        title="Export 2 files"
        actions={
          <>
            <Button onClick={() => setIsDialogOpen(false)}>Cancel</Button>
            <Button tone="primary">Export</Button>
          </>
        }
      >
        They are put into a zip file that is locked with a password, so that nothing opens them by accident.
      </Dialog>
      <ConfirmDialog
        open={isAsking}
        title="Delete 2 files for good?"
        text="They cannot be restored afterwards. The record of what was found stays in the history."
        confirmLabel="Delete 2 files"
        tone="danger"
        onConfirm={nothing}
        onClose={() => setIsAsking(false)}
      />
    </Card>
  );
}
