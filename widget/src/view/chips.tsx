/** Things to say next, one press each. */
export function Chips({
  texts,
  disabled,
  onAsk,
}: {
  texts: readonly string[];
  disabled: boolean;
  onAsk(text: string): void;
}) {
  return (
    <div class="chips">
      {texts.map((text) => (
        <button type="button" class="chip" key={text} disabled={disabled} onClick={() => onAsk(text)}>
          {text}
        </button>
      ))}
    </div>
  );
}
