import { READER_MODELS, type ReaderModel } from '../gateway/account-api.js';
import { formText } from './form-text.js';

/** Which model of reader to apply for. */
export function ModelChoice({ first = READER_MODELS[0] }: { first?: ReaderModel | undefined }) {
  return (
    <fieldset class="choices">
      <legend>{formText('model.label')}</legend>
      {READER_MODELS.map((model) => (
        <label key={model} class="choice">
          <input type="radio" name="model" value={model} defaultChecked={model === first} />
          <span>
            {formText(`model.${model}`)}
            <small class="hint block">{formText(`model.${model}.hint`)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export const modelOf = (form: FormData): ReaderModel | undefined =>
  READER_MODELS.find((model) => model === form.get('model'));
