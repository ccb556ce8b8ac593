'use client'

import { Component, type ReactNode, type SubmitEvent } from 'react'
import type { FormState } from '#lib/form.ts'

type Props = { initial: FormState; offline: string; children: (initial: FormState) => ReactNode }

/**
 * Keeps what was typed when a form's answer does not come, because the line is down: the form is shown again as it was
 * sent, under the same idempotency key, so that sending it once more books once. Every other fault goes on to the page.
 */
export class KeepTyped extends Component<Props, { fault?: unknown; again?: FormState }> {
  override state: { fault?: unknown; again?: FormState } = {}
  /** What was sent and not answered yet. */
  #sent: Record<string, string> | undefined

  static getDerivedStateFromError(fault: unknown): { fault: unknown } {
    return { fault }
  }

  override componentDidCatch(): void {
    this.setState({ fault: undefined, again: this.#asSent() })
    this.#sent = undefined
  }

  override render(): ReactNode {
    const { fault, again } = this.state
    // A browser tells of a line that is down by a TypeError; what Next throws for its own ends (a redirect) is none.
    if (fault !== undefined && !(fault instanceof TypeError && this.#sent)) throw fault
    const initial = fault === undefined ? (again ?? this.props.initial) : this.#asSent()
    return (
      <div className="contents" onSubmitCapture={this.#keep}>
        {this.props.children(initial)}
      </div>
    )
  }

  #keep = ({ nativeEvent, target }: SubmitEvent): void => {
    const form = new FormData(target as HTMLFormElement, (nativeEvent as globalThis.SubmitEvent).submitter)
    this.#sent = Object.fromEntries(
      [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  }

  #asSent(): FormState {
    return { status: 'error', code: 'unavailable', message: this.props.offline, errors: {}, values: this.#sent ?? {} }
  }
}
