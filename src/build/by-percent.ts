/** Both in the same unit: bytes. */
type Report = (current: number, total: number) => void;

/**
 * Passes on what changes a whole percent: a conversion tells of every file, and each report is an entry of the log that is
 * kept. The last one, of all bytes, is always among them.
 */
export function byPercent(report: Report): Report {
  let last = -1;
  return (current, total) => {
    const percent = total > 0 ? Math.floor((current / total) * 100) : 100;
    if (percent === last) return;
    last = percent;
    report(current, total);
  };
}
