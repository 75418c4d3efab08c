/** What a terminal keeps on the device. A value is plain JSON; `owner` is the account id or name it is kept for. */
export interface Store<T> {
  get(id: string): Promise<T | undefined>;
  /** Written through to the disk when it resolves: what must not be used twice is stored before it is used. */
  put(id: string, owner: string, value: T): Promise<void>;
  all(owner: string): Promise<T[]>;
  remove(id: string): Promise<void>;
}
