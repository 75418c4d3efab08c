/** The two files of node-forge that hold DES and what it hangs on; the package's own types describe the whole only. */
declare module 'node-forge/lib/des.js';
declare module 'node-forge/lib/forge.js' {
  interface BlockCipher {
    readonly output: { getBytes(): string };
    start(options: { readonly iv: string }): void;
    update(input: unknown): void;
    /** `pad` takes the place of the padding. */
    finish(pad: () => boolean): boolean;
  }
  const forge: {
    readonly cipher: Readonly<
      Record<'createCipher' | 'createDecipher', (algorithm: '3DES-CBC', key: string) => BlockCipher>
    >;
    readonly util: { createBuffer(binary: string): unknown };
  };
  export default forge;
}
