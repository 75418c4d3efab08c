export { AudioJackReader, type AudioJackReaderOptions } from './audio/audio-jack-reader.js';
export { decodeF2f, type F2fFailure, type F2fResult } from './audio/f2f-decoder.js';
export { type Dropout, type SwipePhysics, synthesizeSwipe } from './audio/f2f-synthesizer.js';
export { corpus, type CorpusSwipe, randomTrack2, withCheckDigit } from './audio/swipe-corpus.js';
export { wavOf } from './audio/wav.js';
export type { CardRead } from './card-read.js';
export type { ChipCardRead } from './chip-card-read.js';
export {
  type Cue,
  type CueKind,
  cueOf,
  type CueOutputs,
  type CuePlayer,
  cuePlayer,
  type Light,
  type Tone,
} from './cue.js';
export { HID_READER_KINDS, type HidReaderKind, HidReaders, type HidReadersOptions } from './hid/hid-readers.js';
export type { CrcOrders } from './hid/idtech-neo2.js';
export type { ReaderAuthenticator, ReaderChallenge } from './hid/magtek-magnesafe-v5.js';
export type { ProtectedCardRead, ProtectedForm, ProtectedTrack } from './hid/protected-card.js';
export { type Hid, type HidDevice, WebHidPort } from './hid/webhid-port.js';
export { type IndicationSignal, indicationSignal } from './indication-signal.js';
export { KeyboardReader, type KeyboardReaderOptions } from './keyboard-reader.js';
export { type BridgePairing, PcscBridgeReader, type PcscBridgeReaderOptions } from './pcsc-bridge-reader.js';
export { browserClock, ManualClock, type ReaderClock } from './reader-clock.js';
export { CONNECT_LIMIT_MS } from './reader-core.js';
export type {
  ReaderAbilities,
  ReaderDriver,
  ReaderEvents,
  ReaderFault,
  ReaderFaultCode,
  ReaderKind,
  ReaderState,
} from './reader-driver.js';
export type { ReaderPin } from './reader-pin.js';
export type { Face, FaceText } from './reader-face.js';
export { parseScenario, type Scenario, type ScenarioStep, type SimulatedSwipe } from './scenario.js';
export { SCENARIOS } from './scenarios.js';
export { type ChipMemory, SimulatedChips } from './simulated-chips.js';
export { SimulatedReader, type SimulatedReaderOptions } from './simulated-reader.js';
