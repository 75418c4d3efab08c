/// <reference types="vite/client" />
import { AudioJackReader } from '../../src/reader/audio/audio-jack-reader.js';
import workletUrl from '../../src/reader/audio/audio-jack.worklet.js?worker&url';
import { indicationSignal } from '../../src/reader/indication-signal.js';

/** What the spec drives from outside. */
export interface ReaderPage {
  /** States, faults and masked cards, in order. */
  readonly reports: string[];
  connect(): Promise<string>;
  arm(): Promise<void>;
  /** Counts the swipes on the line by an ear of its own, not the driver's. */
  listenAside(): Promise<void>;
  swipesHeard: number;
}

const reader = new AudioJackReader({ workletUrl });
const reports: string[] = [];
reader.on('state', (state) => reports.push(state));
reader.on('fault', ({ code }) => reports.push(code));
reader.on('card', ({ masked }) => reports.push(masked));

const QUIET_MS = 300;

const page: ReaderPage = {
  reports,
  swipesHeard: 0,
  connect: () =>
    reader.connect().then(
      () => reader.state,
      (error: { code: string }) => error.code,
    ),
  arm: () => reader.arm(indicationSignal('0f'.repeat(32), { amountMinor: '12850', currency: 'CNY' })),
  async listenAside() {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    const context = new AudioContext();
    const analyser = new AnalyserNode(context);
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudAt = -QUIET_MS;
    setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      if (!samples.some((sample) => Math.abs(sample) > 0.25)) return;
      const now = performance.now();
      if (now - loudAt > QUIET_MS) page.swipesHeard++;
      loudAt = now;
    }, 10);
  },
};

Object.assign(globalThis, { readerPage: page });
