/** A reason why the local infrastructure cannot run, in one sentence for the person at the keyboard. */
export class StartupProblem extends Error {
  /**
   * @param {'PORT_TAKEN' | 'JAVA_MISSING' | 'DISK_FULL' | 'ALREADY_RUNNING' | 'DOWNLOAD_FAILED' | 'PROCESS_FAILED'
   *   | 'CHROMIUM_MISSING' | 'NODE_MISSING'} code
   * @param {string} sentence
   */
  constructor(code, sentence) {
    super(sentence);
    this.name = 'StartupProblem';
    this.code = code;
  }
}
