/** The address of a file that Vite bundles as a worker of its own. */
declare module '*?worker&url' {
  const url: string;
  export default url;
}
