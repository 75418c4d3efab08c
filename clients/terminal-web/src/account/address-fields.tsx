import type { PostalAddress } from '../gateway/session.js';
import { locale } from '../i18n/translate.js';
import { countries } from './countries.js';
import { InputField, SelectField } from './form-field.js';
import { formText } from './form-text.js';
import type { FieldErrors } from './use-form.js';

/** Where a reader is to be shipped to; `kept` is what the account already says. */
export function AddressFields({ errors, kept }: { errors: FieldErrors; kept?: PostalAddress | undefined }) {
  const [line1 = '', ...more] = kept?.addressLines ?? [];
  const home = kept?.country ?? homeCountry();
  const field = (name: string, label: string, autocomplete: string, defaultValue = '') => ({
    ...{
      errors,
      name: `postalAddress.${name}`,
      label,
      autocomplete: `shipping ${autocomplete}` as 'name',
      defaultValue,
    },
  });
  return (
    <>
      <InputField {...field('recipient', formText('address.recipient'), 'name', kept?.recipient)} maxLength={140} />
      <InputField {...field('addressLines.0', formText('address.line1'), 'address-line1', line1)} maxLength={140} />
      <InputField
        {...field('addressLines.1', formText('address.line2'), 'address-line2', more.join(', '))}
        maxLength={140}
        optional
      />
      <div class="side-by-side fields">
        <InputField
          {...field('postalCode', formText('address.postalCode'), 'postal-code', kept?.postalCode)}
          maxLength={16}
        />
        <InputField
          {...field('city', formText('address.city'), 'address-level2', kept?.city)}
          maxLength={100}
          class="grow"
        />
      </div>
      <SelectField {...field('country', formText('address.country'), 'country')}>
        <option value="">{formText('choose')}</option>
        {countries(locale.value).map(([code, name]) => (
          <option key={code} value={code} selected={code === home}>
            {name}
          </option>
        ))}
      </SelectField>
    </>
  );
}

/** The region of the browser's language, if it names one: `zh-CN`, `en-GB`. */
const homeCountry = (): string => new Intl.Locale(navigator.language).region ?? '';

/** Undefined where the form has no address, or the group is off. */
export function addressOf(form: FormData): PostalAddress | undefined {
  const text = (name: string): string => String(form.get(`postalAddress.${name}`) ?? '').trim();
  if (!form.has('postalAddress.recipient')) return undefined;
  return {
    recipient: text('recipient'),
    addressLines: [text('addressLines.0'), text('addressLines.1')].filter((line) => line !== ''),
    city: text('city'),
    postalCode: text('postalCode'),
    country: text('country'),
  };
}
