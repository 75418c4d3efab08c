import { useSignal } from '@preact/signals';
import { codeOf } from '../gateway/problem.js';

/** A form that is sent once at a time and keeps the code of what went wrong. */
export function useSubmit(work: (form: FormData) => Promise<void>) {
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      await work(new FormData(event.currentTarget as HTMLFormElement));
    } catch (error) {
      failure.value = codeOf(error);
    } finally {
      busy.value = false;
    }
  };
  return { busy, failure, onSubmit };
}
