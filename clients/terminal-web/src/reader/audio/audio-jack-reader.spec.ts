import { describe, expect, it } from '@jest/globals';
import { indicationSignal } from '../indication-signal.js';
import { seededRandom } from '../random.js';
import { ManualClock } from '../reader-clock.js';
import { CONNECT_LIMIT_MS } from '../reader-core.js';
import type { AudioJackOrder } from './audio-jack-messages.js';
import { type AudioLine, AudioJackReader } from './audio-jack-reader.js';
import { synthesizeSwipe } from './f2f-synthesizer.js';
import { randomTrack2 } from './swipe-corpus.js';

const TRACK2 = randomTrack2(seededRandom(4));
const SIGNAL = indicationSignal('ef'.repeat(32), { amountMinor: '1', currency: 'USD' });

class FakeTrack extends EventTarget {
  enabled = true;
  stopped = false;
  stop(): void {
    this.stopped = true;
  }
}

class FakeLine implements AudioLine {
  readonly orders: AudioJackOrder[] = [];
  onSegment: AudioLine['onSegment'];
  closed = false;
  send(order: AudioJackOrder): void {
    this.orders.push(order);
  }
  async close(): Promise<void> {
    this.closed = true;
  }
}

function aDevice() {
  const clock = new ManualClock();
  const tracks: FakeTrack[] = [];
  const lines: FakeLine[] = [];
  const device = {
    clock,
    tracks,
    lines,
    constraints: undefined as MediaStreamConstraints | undefined,
    answer: (): Promise<void> => Promise.resolve(),
    media: Object.assign(new EventTarget(), {
      getUserMedia: async (constraints: MediaStreamConstraints): Promise<MediaStream> => {
        device.constraints = constraints;
        await device.answer();
        const track = new FakeTrack();
        tracks.push(track);
        return { getAudioTracks: () => [track] } as unknown as MediaStream;
      },
    }),
    log: [] as string[],
  };
  const openAudio = async (): Promise<AudioLine> => {
    const line = new FakeLine();
    lines.push(line);
    return line;
  };
  const reader = new AudioJackReader({ workletUrl: 'worklet.js', clock, media: device.media, openAudio });
  reader.on('state', (state) => device.log.push(state));
  reader.on('fault', ({ code }) => device.log.push(code));
  reader.on('card', ({ track2 }) => device.log.push(track2.reveal('compare')));
  return { ...device, device, reader };
}

const samplesOf = (track2: string) => synthesizeSwipe({ track2, noise: 0.02 });

describe('AudioJackReader', () => {
  it('asks for the sound as it is', async () => {
    const { reader, device } = aDevice();
    await reader.connect();
    expect(device.constraints?.audio).toMatchObject({
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
    });
  });

  it('opens the microphone for an order only, and mutes it after the card', async () => {
    const { reader, tracks, lines, log } = aDevice();
    await reader.connect();
    expect(tracks[0]?.enabled).toBe(false);
    await reader.arm(SIGNAL);
    expect(tracks[0]?.enabled).toBe(true);
    lines[0]?.onSegment?.({ kind: 'started' });
    lines[0]?.onSegment?.({ kind: 'swipe', samples: samplesOf(TRACK2) });
    expect(log).toEqual(['connecting', 'ready', 'armed', 'reading', 'ready', TRACK2]);
    expect(tracks[0]?.enabled).toBe(false);
    expect(lines[0]?.orders).toEqual(['drop', 'listen', 'drop']);
  });

  it('wipes the sound of a swipe once it is decoded', async () => {
    const { reader, lines } = aDevice();
    await reader.connect();
    await reader.arm(SIGNAL);
    const samples = samplesOf(TRACK2);
    lines[0]?.onSegment?.({ kind: 'started' });
    lines[0]?.onSegment?.({ kind: 'swipe', samples });
    expect(samples.every((sample) => sample === 0)).toBe(true);
  });

  it('drops a swipe that was on its way when the reader was disarmed', async () => {
    const { reader, lines, log } = aDevice();
    await reader.connect();
    await reader.arm(SIGNAL);
    lines[0]?.onSegment?.({ kind: 'started' });
    await reader.disarm();
    lines[0]?.onSegment?.({ kind: 'swipe', samples: samplesOf(TRACK2) });
    expect(log).toEqual(['connecting', 'ready', 'armed', 'reading', 'ready']);
  });

  it('takes a knock for no swipe', async () => {
    const { reader, lines, log } = aDevice();
    await reader.connect();
    await reader.arm(SIGNAL);
    lines[0]?.onSegment?.({ kind: 'started' });
    lines[0]?.onSegment?.({ kind: 'swipe', samples: new Float32Array(5_000) });
    expect(log.slice(2)).toEqual(['armed', 'reading', 'armed']);
  });

  it('listens again when the jack is back', async () => {
    const { reader, clock, media, tracks, lines, log } = aDevice();
    await reader.connect();
    await reader.arm(SIGNAL);
    tracks[0]?.dispatchEvent(new Event('ended'));
    expect(log.slice(-2)).toEqual(['faulted', 'READER.UNPLUGGED']);
    media.dispatchEvent(new Event('devicechange'));
    await clock.advance(0);
    expect(log.at(-1)).toBe('armed');
    expect(lines[0]?.closed).toBe(true);
    expect(lines[1]?.orders.at(-1)).toBe('listen');
  });

  it.each([
    ['NotAllowedError', 'READER.MICROPHONE_DENIED'],
    ['NotFoundError', 'READER.MICROPHONE_MISSING'],
    ['NotReadableError', 'READER.CONNECT_FAILED'],
  ])('answers %s with %s', async (name, code) => {
    const { reader, device, log } = aDevice();
    device.answer = () => Promise.reject(new DOMException('no', name));
    await expect(reader.connect()).rejects.toMatchObject({ code });
    expect(log).toEqual(['connecting', 'disconnected', code]);
  });

  it('gives up after five seconds and lets go of a microphone that comes later', async () => {
    const { reader, device, clock, tracks, log } = aDevice();
    const asked = new EventTarget();
    device.answer = () => new Promise((resolve) => asked.addEventListener('answer', () => resolve()));
    const connecting = expect(reader.connect()).rejects.toMatchObject({ code: 'READER.CONNECT_TIMEOUT' });
    await clock.advance(CONNECT_LIMIT_MS);
    await connecting;
    asked.dispatchEvent(new Event('answer'));
    await clock.advance(0);
    expect(tracks[0]?.stopped).toBe(true);
    expect(log.at(-2)).toBe('disconnected');
  });

  it('lets go of the microphone on disconnect', async () => {
    const { reader, tracks, lines } = aDevice();
    await reader.connect();
    await reader.disconnect();
    expect(tracks[0]?.stopped).toBe(true);
    expect(lines[0]).toMatchObject({ closed: true, orders: ['drop', 'close'] });
  });
});
