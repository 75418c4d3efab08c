import type { IndicationSignal } from './indication-signal.js';

export type CueKind = 'ready' | 'reading' | 'read' | 'error';

export interface Light {
  readonly colour: 'green' | 'amber' | 'red';
  readonly pattern: 'steady' | 'blink' | 'double-blink';
}

export interface Tone {
  readonly hz: number;
  readonly ms: number;
}

/**
 * One signal in three forms; a page adds its own words for `kind`. Every kind differs from the others in each form, so
 * that a person who lacks one sense, or a phone that lacks one actuator, still tells them apart [0028].
 */
export interface Cue {
  readonly kind: CueKind;
  readonly light: Light;
  /** Tones one after the other; 0 Hz is a rest. */
  readonly sound: readonly Tone[];
  /** Milliseconds on, off, on …, as `navigator.vibrate` takes them. */
  readonly vibration: readonly number[];
  /** What `ready` is for, from the fee information. */
  readonly indication?: IndicationSignal;
}

const REST: Tone = { hz: 0, ms: 60 };

/** The patterns are the same for every order and card: a tone that can be overheard tells nothing. */
const PATTERNS: Readonly<Record<CueKind, Omit<Cue, 'kind' | 'indication'>>> = {
  ready: {
    light: { colour: 'green', pattern: 'blink' },
    sound: [{ hz: 880, ms: 120 }, REST, { hz: 880, ms: 120 }],
    vibration: [80, 80, 80],
  },
  reading: { light: { colour: 'amber', pattern: 'steady' }, sound: [], vibration: [30] },
  read: {
    light: { colour: 'green', pattern: 'steady' },
    sound: [
      { hz: 660, ms: 90 },
      { hz: 1320, ms: 180 },
    ],
    vibration: [250],
  },
  error: {
    light: { colour: 'red', pattern: 'double-blink' },
    sound: [{ hz: 220, ms: 200 }, REST, { hz: 220, ms: 200 }, REST, { hz: 220, ms: 300 }],
    vibration: [150, 100, 150, 100, 300],
  },
};

export function cueOf(kind: CueKind, indication?: IndicationSignal): Cue {
  return indication === undefined ? { kind, ...PATTERNS[kind] } : { kind, ...PATTERNS[kind], indication };
}

export interface CuePlayer {
  /** Plays at once and cuts off what is still playing. */
  play(cue: Cue): void;
  stop(): void;
}

/** What the player needs of a browser; all absent in Node and in part on some phones. */
export interface CueOutputs {
  readonly audio?: AudioContext;
  readonly vibrate?: (pattern: number[]) => unknown;
  readonly onLight?: (light: Light | undefined) => void;
}

const GAIN = 0.2;
/** A sine that starts or stops at once clicks. */
const RAMP_S = 0.008;

/** The default player: tones by Web Audio, vibration by the phone; the light is the page's, told by `onLight`. */
export function cuePlayer({ audio, vibrate, onLight }: CueOutputs): CuePlayer {
  let playing: OscillatorNode[] = [];
  const silence = (): void => {
    for (const oscillator of playing) oscillator.stop();
    playing = [];
  };
  return {
    play(cue) {
      silence();
      if (audio !== undefined) playing = startTones(audio, cue.sound);
      vibrate?.([...cue.vibration]);
      onLight?.(cue.light);
    },
    stop() {
      silence();
      vibrate?.([]);
      onLight?.(undefined);
    },
  };
}

function startTones(audio: AudioContext, tones: readonly Tone[]): OscillatorNode[] {
  let at = audio.currentTime + RAMP_S;
  const oscillators: OscillatorNode[] = [];
  for (const { hz, ms } of tones) {
    const end = at + ms / 1000;
    if (hz > 0) oscillators.push(startTone(audio, hz, at, end));
    at = end;
  }
  return oscillators;
}

function startTone(audio: AudioContext, hz: number, start: number, end: number): OscillatorNode {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = hz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(GAIN, start + RAMP_S);
  gain.gain.setValueAtTime(GAIN, end - RAMP_S);
  gain.gain.linearRampToValueAtTime(0, end);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(end);
  return oscillator;
}
