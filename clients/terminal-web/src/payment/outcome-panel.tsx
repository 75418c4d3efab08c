import { Link, ReasonBox, Spinner, StepHeading } from '../app/parts.js';
import { useTerminal } from '../app/context.js';
import { amountText, t } from '../i18n/translate.js';
import { nextStepOf } from '../i18n/reasons-en.js';
import { cardText } from './card-text.js';
import type { Followed } from './submissions.js';
import type { Outcome, WaitingState } from './wait-for-outcome.js';

const WAITING = {
  sending: ['pay.sending', 'pay.processingLead'],
  processing: ['pay.processing', 'pay.processingLead'],
  unknown: ['pay.unknown', 'pay.unknownLead'],
  unreachable: ['pay.unreachable', 'pay.unreachableLead'],
} as const;

export function WaitingPanel({ state }: { state: WaitingState }) {
  const [title, lead] = WAITING[state];
  return (
    <section class="card step" data-testid="waiting" data-state={state}>
      <Spinner text={t(title)} />
      <p class={state === 'unknown' || state === 'unreachable' ? 'notice warn' : 'lead'}>{t(lead)}</p>
    </section>
  );
}

type NotSettled = Exclude<Outcome, { kind: 'settled' }>;

interface OutcomePanelProps {
  readonly followed: Followed;
  readonly outcome: Outcome;
  readonly onAgain: (code: string) => void;
}

export function OutcomePanel({ followed, outcome, onAgain }: OutcomePanelProps) {
  if (outcome.kind === 'settled') return <Paid followed={followed} />;
  const { reader } = useTerminal();
  return <NotPaid outcome={outcome} code={reasonOf(followed, outcome, reader.takesPin)} onAgain={onAgain} />;
}

/** A PIN that the issuer wants cannot be entered here for a card whose reader encrypted it: another reader can. */
function reasonOf({ submission }: Followed, { reasonCode }: NotSettled, takesPin: boolean): string {
  const isImpossible = submission.card.readerProtected === true && reasonCode === 'RISK.PIN_REQUIRED' && !takesPin;
  return isImpossible ? 'TERMINAL.PIN_IMPOSSIBLE' : reasonCode;
}

function Paid({ followed: { submission, record } }: { followed: Followed }) {
  const { order, card } = submission;
  const collect = order.kind === 'collect';
  return (
    <section class="card step result good" data-testid="paid">
      <svg viewBox="0 0 48 48" aria-hidden="true" class="mark">
        <circle cx="24" cy="24" r="22" />
        <path d="M14 25l7 7 13-15" />
      </svg>
      <StepHeading>{t(collect ? 'pay.collected' : 'pay.paid')}</StepHeading>
      <p class="amount huge">{amountText(order)}</p>
      <p>{cardText(record?.card ?? card)}</p>
      <p class="hint">{t(collect ? 'pay.handBack' : 'pay.paidLead')}</p>
      <div class="actions">
        {record && (
          <Link to={`records/${record.transactionId}`} class="button" testId="show-record">
            {t('pay.showRecord')}
          </Link>
        )}
        <Link to="" class="button primary" testId="done">
          {t('pay.done')}
        </Link>
      </div>
    </section>
  );
}

interface NotPaidProps {
  readonly outcome: NotSettled;
  /** Whose words are shown. */
  readonly code: string;
  readonly onAgain: (code: string) => void;
}

function NotPaid({ outcome, code, onAgain }: NotPaidProps) {
  const { session } = useTerminal();
  const { reasonCode, facts, kind } = outcome;
  const next = nextStepOf(code);
  const triesLeft = facts['triesLeft'];
  return (
    <section class="card step result" data-testid="not-paid" data-reason={reasonCode}>
      <svg viewBox="0 0 48 48" aria-hidden="true" class="mark">
        <circle cx="24" cy="24" r="22" />
        <path d="M16 16l16 16M32 16L16 32" />
      </svg>
      <StepHeading>{t('pay.failed')}</StepHeading>
      <ReasonBox code={code}>
        {triesLeft !== undefined && (
          <strong class="block" data-testid="tries-left">
            {t('pay.triesLeft', { count: triesLeft })}
          </strong>
        )}
      </ReasonBox>
      <p>{t(kind === 'reversed' ? 'pay.reversed' : 'pay.notCharged')}</p>
      <div class="actions">
        {(next === 'again' || next === 'other-card') && (
          <button type="button" class="primary" data-testid="pay-again" onClick={() => onAgain(reasonCode)}>
            {t(next === 'again' ? 'pay.again' : 'pay.otherCard')}
          </button>
        )}
        {next === 'log-in' && (
          <button type="button" class="primary" onClick={() => void session.logOut()}>
            {t('account.logOut')}
          </button>
        )}
        <Link to="" class="button" testId="done">
          {t('pay.back')}
        </Link>
      </div>
    </section>
  );
}
