import type { IndicationSignal } from '../indication-signal.js';
import { browserClock, type ReaderClock } from '../reader-clock.js';
import { ReaderCore, refusal } from '../reader-core.js';
import type { ReaderAbilities, ReaderDriver, ReaderEvents, ReaderFaultCode, ReaderState } from '../reader-driver.js';
import { AUDIO_JACK_PROCESSOR, type AudioJackOrder } from './audio-jack-messages.js';
import { decodeSwipe } from './f2f-decoder.js';
import { swipeFault } from './swipe-fault.js';
import type { SegmentEvent } from './swipe-segmenter.js';

/** The browser's processing would bend the pulses: all off. 96 kHz if the device has it, for fast hands. */
const MICROPHONE: MediaStreamConstraints = {
  audio: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    channelCount: 1,
    sampleRate: { ideal: 96_000 },
  },
};

export interface AudioJackReaderOptions {
  /** Address of the bundled `audio-jack.worklet.ts`. */
  readonly workletUrl: string;
  readonly clock?: ReaderClock;
  readonly label?: string;
  readonly media?: Pick<MediaDevices, 'getUserMedia' | 'addEventListener' | 'removeEventListener'>;
  readonly openAudio?: (stream: MediaStream, workletUrl: string) => Promise<AudioLine>;
}

/** The worklet that listens to one microphone. */
export interface AudioLine {
  send(order: AudioJackOrder): void;
  onSegment: ((event: SegmentEvent) => void) | undefined;
  close(): Promise<void>;
}

interface Line {
  readonly audio: AudioLine;
  readonly track: MediaStreamTrack;
}

/**
 * A raw read head on the microphone contact of the audio jack, decoded in the page. While not armed the microphone is
 * muted and its samples are dropped, so a swipe without a signal is not even noticed. The card arrives in clear.
 */
export class AudioJackReader implements ReaderDriver {
  readonly kind = 'audio-jack';
  readonly label: string;
  readonly abilities: ReaderAbilities = { light: false, sound: false, vibration: false, protectsCard: false };
  readonly #core: ReaderCore;
  readonly #options: AudioJackReaderOptions;
  #line: Line | undefined;

  constructor(options: AudioJackReaderOptions) {
    this.#options = options;
    this.label = options.label ?? 'Audio jack reader';
    this.#core = new ReaderCore(this.kind, options.clock ?? browserClock);
  }

  get state(): ReaderState {
    return this.#core.state;
  }

  async connect(signal?: AbortSignal): Promise<void> {
    await this.#core.connect((aborted) => this.#open(aborted), signal);
    this.#media.addEventListener('devicechange', this.#onDeviceChange);
    this.#listen();
  }

  async disconnect(): Promise<void> {
    this.#core.disconnect();
    this.#media.removeEventListener('devicechange', this.#onDeviceChange);
    await this.#close();
  }

  async arm(indication: IndicationSignal): Promise<void> {
    this.#core.arm(indication);
    this.#listen();
  }

  async disarm(): Promise<void> {
    this.#core.disarm();
    this.#listen();
  }

  on<E extends keyof ReaderEvents>(event: E, listener: (value: ReaderEvents[E]) => void): () => void {
    return this.#core.on(event, listener);
  }

  get #media(): NonNullable<AudioJackReaderOptions['media']> {
    return this.#options.media ?? navigator.mediaDevices;
  }

  /** Microphone and worklet as the core's state wants them. */
  #listen(): void {
    if (this.#line === undefined) return;
    this.#line.track.enabled = this.#core.armed;
    this.#line.audio.send(this.#core.armed ? 'listen' : 'drop');
  }

  async #open(aborted: AbortSignal): Promise<void> {
    const stream = await this.#media.getUserMedia(MICROPHONE).catch((error: unknown) => {
      throw refusal(microphoneFault(error));
    });
    const track = stream.getAudioTracks()[0];
    if (track === undefined) throw refusal('READER.MICROPHONE_MISSING');
    track.enabled = false;
    let audio: AudioLine | undefined;
    try {
      if (!aborted.aborted) audio = await (this.#options.openAudio ?? openAudio)(stream, this.#options.workletUrl);
    } finally {
      if (audio === undefined || aborted.aborted) {
        track.stop();
        await audio?.close();
      }
    }
    if (audio === undefined || aborted.aborted) return;
    await this.#close();
    this.#line = { audio, track };
    audio.onSegment = (event) => {
      this.#onSegment(event);
    };
    track.addEventListener('ended', () => {
      this.#onEnded(track);
    });
  }

  #onSegment(event: SegmentEvent): void {
    if (!this.#core.armed) return;
    if (event.kind === 'started') return this.#core.swipeStarted();
    if (event.kind === 'dismissed') return this.#core.swipeDismissed();
    const result = decodeSwipe(event.samples);
    event.samples.fill(0);
    const fault = 'text' in result ? undefined : swipeFault(result.reason);
    if ('text' in result) this.#core.swipeRead(result.text);
    else if (fault === undefined) this.#core.swipeDismissed();
    else this.#core.swipeFailed(fault);
    this.#listen();
  }

  #onEnded(track: MediaStreamTrack): void {
    if (this.#line?.track !== track) return;
    this.#core.unplugged();
    void this.#close();
  }

  /** Another microphone contact has appeared: the reader may be back. */
  readonly #onDeviceChange = (): void => {
    if (this.#core.state !== 'faulted') return;
    const { signal } = new AbortController();
    this.#open(signal).then(
      () => {
        this.#core.replugged();
        this.#listen();
      },
      // Not this device: the fault stands, and the next change or connect() tries again.
      () => undefined,
    );
  };

  async #close(): Promise<void> {
    const line = this.#line;
    this.#line = undefined;
    if (line === undefined) return;
    line.audio.send('close');
    line.track.stop();
    await line.audio.close();
  }
}

function microphoneFault(error: unknown): ReaderFaultCode {
  const { name } = error as DOMException;
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'READER.MICROPHONE_DENIED';
  return name === 'NotFoundError' ? 'READER.MICROPHONE_MISSING' : 'READER.CONNECT_FAILED';
}

/** The context runs at the track's own rate: resampling would cost pulses of a fast swipe. */
async function openAudio(stream: MediaStream, workletUrl: string): Promise<AudioLine> {
  const sampleRate = stream.getAudioTracks()[0]?.getSettings().sampleRate;
  const context = new AudioContext(sampleRate === undefined ? {} : { sampleRate });
  try {
    await context.audioWorklet.addModule(workletUrl);
    await context.resume();
    const node = new AudioWorkletNode(context, AUDIO_JACK_PROCESSOR, {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    context.createMediaStreamSource(stream).connect(node);
    const line: AudioLine = {
      send: (order) => {
        node.port.postMessage(order);
      },
      onSegment: undefined,
      close: () => context.close(),
    };
    node.port.onmessage = ({ data }: MessageEvent<SegmentEvent>) => line.onSegment?.(data);
    return line;
  } catch (error) {
    await context.close();
    throw error;
  }
}
