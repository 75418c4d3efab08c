/**
 * Runs in the AudioWorklet: takes the microphone's samples while armed and posts nothing but swipes. While not armed
 * every sample is dropped here, so a card that nobody asked for never reaches the page.
 */
import { SwipeSegmenter } from './swipe-segmenter.js';
import { AUDIO_JACK_PROCESSOR, type AudioJackOrder } from './audio-jack-messages.js';

/** The few globals of AudioWorkletGlobalScope used here; TypeScript's DOM library has none of them. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

class AudioJackProcessor extends AudioWorkletProcessor {
  #segmenter: SwipeSegmenter | undefined;
  #closed = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<AudioJackOrder>) => {
      this.#segmenter = data === 'listen' ? new SwipeSegmenter(sampleRate) : undefined;
      this.#closed = data === 'close';
    };
  }

  process(inputs: Float32Array[][]): boolean {
    const samples = inputs[0]?.[0];
    for (const event of (samples && this.#segmenter?.push(samples)) ?? []) {
      this.port.postMessage(event, event.kind === 'swipe' ? [event.samples.buffer] : []);
    }
    return !this.#closed;
  }
}

registerProcessor(AUDIO_JACK_PROCESSOR, AudioJackProcessor);
