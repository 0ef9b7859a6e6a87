// An event of Electron that its listeners may prevent.

export type PreventableEvent<Fields extends object> = Fields & {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
};

export function preventableEvent(): PreventableEvent<object>;
export function preventableEvent<Fields extends object>(fields: Fields): PreventableEvent<Fields>;
export function preventableEvent(fields: object = {}): PreventableEvent<object> {
  let isPrevented = false;
  return {
    ...fields,
    get defaultPrevented() {
      return isPrevented;
    },
    preventDefault() {
      isPrevented = true;
    },
  };
}
