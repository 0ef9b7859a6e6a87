// Copies a text, and says that it did.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { commonMessages } from '../messages/words.ts';
import { Button } from './button.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied: `Copy the command`. Read aloud, and seen unless `hideLabel`. */
  readonly label?: string;
  readonly hideLabel?: boolean;
}

const shownMs = 2000;

export function CopyButton({ text, label = commonMessages.copy, hideLabel = false }: CopyButtonProps) {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);

  function copy(): void {
    navigator.clipboard.writeText(text).then(
      () => setIsCopied(true),
      // Not allowed here: the text stays on the page to be marked.
      () => setIsCopied(false),
    );
  }

  return (
    <>
      <Button
        tone="quiet"
        icon={isCopied ? Check : Copy}
        onClick={copy}
        {...(hideLabel ? { 'aria-label': label, title: label } : {})}
      >
        {hideLabel ? null : isCopied ? commonMessages.copied : label}
      </Button>
      <VisuallyHidden role="status">{isCopied ? commonMessages.copied : ''}</VisuallyHidden>
    </>
  );
}
