// Where in the guide one is: four bars, the words for it, and a way back to what was seen.
import { hashOf } from '../../client/route.ts';
import { guideMessages } from '../../messages/guide.ts';
import styles from './guide-progress.module.css';
import { guideSteps, type GuideStep } from './guide-steps.ts';

interface GuideProgressProps {
  readonly step: GuideStep;
}

export function GuideProgress({ step }: GuideProgressProps) {
  const here = guideSteps.indexOf(step);
  return (
    <nav aria-label={guideMessages.steps}>
      <p className={styles['count']}>{guideMessages.progress(here + 1, guideSteps.length)}</p>
      <ol className={styles['steps']}>
        {guideSteps.map((name, index) => (
          <li key={name}>
            <a
              className={styles['step']}
              href={hashOf('guide', name)}
              data-seen={index <= here || undefined}
              {...(name === step ? { 'aria-current': 'step' } : {})}
            >
              {guideMessages.names[name]}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
