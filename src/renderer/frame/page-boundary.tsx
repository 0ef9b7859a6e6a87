// A page that breaks takes nothing else with it: it says so, and offers to be loaded again.
import { TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { messageOf } from '../../shared/errors.ts';
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
    return (
      <div role="alert">
        <EmptyState
          icon={TriangleAlert}
          title={frameMessages.pageBroken(this.props.title)}
          text={
            <>
              <p>{frameMessages.pageBrokenText}</p>
              <p>{problem}</p>
            </>
          }
          // A page whose file did not load stays broken until the address is loaded again.
          action={<Button onClick={() => window.location.reload()}>{frameMessages.reload}</Button>}
        />
      </div>
    );
  }
}
