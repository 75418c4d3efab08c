/** What the page and the worklet must agree on; the worklet answers with `SegmentEvent`s. */
export const AUDIO_JACK_PROCESSOR = 'openswipe-audio-jack';

export type AudioJackOrder = 'listen' | 'drop' | 'close';
