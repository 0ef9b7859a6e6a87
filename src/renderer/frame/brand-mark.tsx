// The sentry's lantern.
import styles from './brand-mark.module.css';

export function BrandMark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg className={styles['mark']} width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <path
        className={styles['light']}
        d="M12 9.2c2.1 2.4 3.1 4 3.1 5.5a3.1 3.1 0 0 1-6.2 0c0-1.5 1-3.1 3.1-5.5Z"
      />
      <path
        className={styles['frame']}
        d="M8.7 3.6a3.3 2.4 0 0 1 6.6 0M7.2 6.6 9 3.8h6l1.8 2.8M5.6 6.6h12.8M6.6 6.6v12.6M17.4 6.6v12.6M5 19.4h14M6.6 22h10.8"
      />
    </svg>
  );
}
