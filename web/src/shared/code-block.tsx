import classes from './code-block.module.css';
import { CopyButton } from './copy-button.tsx';

type Props = {
  /** What the text is: `Dockerfile`. */
  readonly label: string;
  readonly text: string;
};

/** A text of several lines that can be scrolled, selected and copied. */
export function CodeBlock({ label, text }: Props) {
  return (
    <div className={classes['block']}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes['text']} tabIndex={0} aria-label={label}>
        <pre className={classes['lines']}>{text}</pre>
      </section>
      <div className={classes['copy']}>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </div>
    </div>
  );
}
