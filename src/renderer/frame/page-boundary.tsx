// A page that breaks takes nothing else with it: it says so, and offers to be loaded again.
import { TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { messageOf } from '../../shared/errors.ts';
import { useConnection, useWhenBack } from '../client/client-context.ts';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { frameMessages } from '../messages/frame.ts';

interface PageBoundaryProps {
  /** As people call the page. */
  readonly title: string;
  readonly children: ReactNode;
}

interface PageBoundaryState {
  readonly problem: string | null;
}

export class PageBoundary extends Component<PageBoundaryProps, PageBoundaryState> {
  override state: PageBoundaryState = { problem: null };

  static getDerivedStateFromError(error: unknown): PageBoundaryState {
    return { problem: messageOf(error) };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (problem === null) return this.props.children;
    return <BrokenPage title={this.props.title} problem={problem} />;
  }
}

function reload(): void {
  window.location.reload();
}

interface BrokenPageProps {
  readonly title: string;
  readonly problem: string;
}

/** A page whose file did not load stays broken until the address is loaded again, which needs somebody who answers. */
function BrokenPage({ title, problem }: BrokenPageProps) {
  const isLost = useConnection() === 'lost';
  useWhenBack(reload);
  return (
    <div role="alert">
      <EmptyState
        icon={TriangleAlert}
        title={frameMessages.pageBroken(title)}
        text={
          isLost ? (
            frameMessages.pageLostText
          ) : (
            <>
              <p>{frameMessages.pageBrokenText}</p>
              <p>{problem}</p>
            </>
          )
        }
        action={isLost ? undefined : <Button onClick={reload}>{frameMessages.reload}</Button>}
      />
    </div>
  );
}
