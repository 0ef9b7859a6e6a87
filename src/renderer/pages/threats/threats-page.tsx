// The threats page: what was found, why, what can be done about it; and what was decided to be harmless.
import { useCallback } from 'react';
import { navigate, useRoute } from '../../client/route.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { threatTexts } from '../../messages/threats.ts';
import { AllowList } from './allow-list.tsx';
import { BrakeNotice } from './brake-notice.tsx';
import { FindingsView } from './findings-view.tsx';
import styles from './threats.module.css';

const tabs = ['findings', 'allowed'] as const;
/** `#/threats/allowed` */
const allowedDetail = 'allowed';

export function ThreatsPage() {
  const { detail } = useRoute();
  const tab = detail === allowedDetail ? 'allowed' : 'findings';
  const id = tab === 'findings' && detail !== null ? Number(detail) : null;
  const change = useCallback((chosen: (typeof tabs)[number]) => {
    navigate('threats', chosen === 'allowed' ? allowedDetail : null);
  }, []);
  return (
    <div className={styles['page']}>
      <PageHeader title={threatTexts.title} description={threatTexts.description} />
      <Tabs
        label={threatTexts.tabs.label}
        options={tabs.map((value) => ({ value, label: threatTexts.tabs[value] }))}
        value={tab}
        onChange={change}
      >
        {tab === 'allowed' ? (
          <div className={styles['stack']}>
            <AllowList />
          </div>
        ) : (
          <div className={styles['stack']}>
            <BrakeNotice />
            <FindingsView detailId={id !== null && Number.isSafeInteger(id) && id > 0 ? id : null} />
          </div>
        )}
      </Tabs>
    </div>
  );
}
