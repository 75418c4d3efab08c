import { describe, expect, it } from '@jest/globals';
import { RecentEvents } from './recent-events.js';

const EPOCH = '0123abcd';
const frame = (id: string): string => `<${id}>`;
const recent = (countMax = 3, charactersMax = 1_000) => new RecentEvents(EPOCH, countMax, charactersMax);

describe('RecentEvents', () => {
  it('continues with what came later for the same account alone', () => {
    const events = recent(10);
    events.add('a', frame);
    const last = events.latestId;
    events.add('b', frame);
    events.add('a', frame);
    expect(events.since(last, 'a')).toEqual([`<${EPOCH}-3>`]);
    expect(events.since(events.latestId, 'a')).toEqual([]);
  });

  it('continues from the very beginning', () => {
    const events = recent();
    const start = events.latestId;
    expect(events.since(start, 'a')).toEqual([]);
    events.add('a', frame);
    expect(events.since(start, 'a')).toEqual([`<${EPOCH}-1>`]);
  });

  it('cannot continue where an event has given way', () => {
    const events = recent(2);
    const start = events.latestId;
    for (const account of ['a', 'b', 'b']) events.add(account, frame);
    expect(events.since(start, 'b')).toBeUndefined();
    expect(events.since(`${EPOCH}-1`, 'b')).toHaveLength(2);
  });

  it('forgets the oldest when the events together are too large', () => {
    const events = recent(100, 30);
    for (let count = 0; count < 5; count += 1) events.add('a', frame);
    expect(events.since(`${EPOCH}-3`, 'a')).toEqual([`<${EPOCH}-4>`, `<${EPOCH}-5>`]);
    expect(events.since(`${EPOCH}-2`, 'a')).toBeUndefined();
  });

  it.each(['ffffffff-0', `${EPOCH}-1`, `${EPOCH}-`, `${EPOCH}--1`, EPOCH, 'x'])(
    'cannot continue from "%s": another replica, the future or nonsense',
    (id) => {
      expect(recent().since(id, 'a')).toBeUndefined();
    },
  );
});
