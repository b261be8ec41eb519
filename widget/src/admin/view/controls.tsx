import type { ReportScope } from '../../../../src/monitoring/analytics/report.contract.js';
import { Icon } from '../../view/icons.js';
import { type Days, PERIODS } from '../report/period.js';
import { text } from '../strings.js';
import type { Query } from './query.js';

interface ControlsProps {
  readonly days: Days;
  readonly scope: ReportScope;
  readonly scopes: readonly ReportScope[];
  readonly busy: boolean;
  onQuery(query: Query): void;
  onRefresh(): void;
}

/** What is shown: whose figures, of how many days; and a button for newer ones. */
export function Controls({ days, scope, scopes, busy, onQuery, onRefresh }: ControlsProps) {
  return (
    <div class="controls">
      <Choice
        name="scope"
        label={text.scope}
        options={scopes.map((one) => ({ value: one, label: text.scopes[one] }))}
        value={scope}
        onChoose={(chosen) => onQuery({ days, scope: chosen })}
      />
      <Choice
        name="days"
        label={text.period}
        options={PERIODS.map((one) => ({ value: one, label: text.days(one) }))}
        value={days}
        onChoose={(chosen) => onQuery({ days: chosen, scope })}
      />
      <button type="button" class="plain" aria-disabled={busy} onClick={() => busy || onRefresh()}>
        <Icon name="retry" />
        {text.refresh}
      </button>
    </div>
  );
}

interface ChoiceProps<T> {
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  onChoose(value: T): void;
}

function Choice<T extends string | number>({ name, label, options, value, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset class="choice-of">
      <legend class="for-readers">{label}</legend>
      {options.map((option) => (
        <label>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
