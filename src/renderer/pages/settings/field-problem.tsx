// What is wrong with a setting, below a control that has no place of its own for it.
import { ToneIcon } from '../../components/tone-icon.tsx';
import styles from './field-problem.module.css';

export function FieldProblem({ problem }: { readonly problem: string }) {
  if (problem === '') return null;
  return (
    <p className={styles['problem']} role="alert">
      <ToneIcon tone="danger" size={14} />
      {problem}
    </p>
  );
}
