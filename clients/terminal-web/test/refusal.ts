/** How the scripted gateway says no: as a problem document. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly more: { readonly param?: string; readonly facts?: Readonly<Record<string, string>> } = {},
  ) {
    super(code);
  }
}
