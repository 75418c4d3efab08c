import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Phase } from '../account/device-session.js';
import type { Terminal } from '../terminal.js';

export const TerminalContext = createContext<Terminal | undefined>(undefined);

export function useTerminal(): Terminal {
  const terminal = useContext(TerminalContext);
  if (!terminal) throw new Error('No terminal around this component');
  return terminal;
}

/** For pages that are shown only when somebody is logged in. */
export function useReady(): Extract<Phase, { at: 'ready' }> {
  const phase = useTerminal().session.phase.value;
  if (phase.at !== 'ready') throw new Error('This page needs a logged-in terminal');
  return phase;
}
