// How numbers read.

const kNothing = "–";

/** Two or three significant digits, or all before the point: 812, 97.5, 0.42, 0.0123. */
function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return kNothing;
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return String(value);
  if (size >= 1e6) return value.toExponential(2);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.1) return value.toFixed(2);
  return size >= 1e-3 ? value.toPrecision(2) : value.toExponential(1);
}

/** The labels of ticks, all with as many digits after the point as their distance asks for. */
function tickTexts(ticks) {
  const gap = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : 1;
  if (gap < 1e-4 || Math.abs(ticks.at(-1)) >= 1e6) return ticks.map((tick) => tick.toExponential(1));
  let digits = Math.max(0, -Math.floor(Math.log10(gap) + 1e-9));
  if (Math.abs(Math.round(gap * 10 ** digits) - gap * 10 ** digits) > 1e-6) digits += 1; // 0.25
  return ticks.map((tick) => tick.toFixed(digits));
}

/** A share or a probability. */
const share = (value) => value.toFixed(2);

/** "250k", "1.25M": steps on an axis. */
function shortSteps(value) {
  if (Math.abs(value) >= 1e6) return `${Number((value / 1e6).toFixed(2))}M`;
  if (Math.abs(value) >= 1e3) return `${Number((value / 1e3).toFixed(1))}k`;
  return String(Number(value.toFixed(2)));
}

/** "250,000": steps in a sentence. */
const steps = (value) => Math.round(value).toLocaleString("en-US");

const interval = (estimate, text = number) => (estimate.low === null ? kNothing : `${text(estimate.low)} to ${text(estimate.high)}`);

/** "3 runs" */
const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** "a, b and c" */
function listing(words) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/** "cartpole swingup" */
const readable = (name) => name.replaceAll("_", " ");
