/* Numbers as people read them. The same rule, to the letter, is dashboard/state/numbers.py: what someone has chosen is
   told by the shortest text that reads back as the same number; fewer digits never make a 0 or a 1 of what is none, and
   numbers that differ are told by texts that differ. */

const LEAST = -4, MOST = 7; // powers of ten of the first digit that are written without an exponent: from, and below
const DIGITS = 17; // tell any two numbers apart

export const numberText = (value) => {
  if (!Number.isFinite(value) || value === 0) return String(value + 0);
  const [mantissa, exponent] = value.toExponential().split("e"), power = Number(exponent);
  return power >= LEAST && power < MOST ? String(value) : `${mantissa}e${power}`;
};

/* In so many significant digits, and in as many as it takes not to become 0 or 1. */
export const rounded = (value, digits) => {
  if (!Number.isFinite(value) || value === 0) return value;
  for (; ; digits++) {
    const near = Number(value.toPrecision(digits));
    if (digits >= DIGITS || near === value || ![0, 1].includes(Math.abs(near))) return near;
  }
};

/* A text for each number, in the fewest digits from `digits` on that tell different ones apart. */
export const briefTexts = (values, digits = 4) => {
  for (; ; digits++) {
    const texts = values.map((value) => numberText(rounded(value, digits)));
    if (digits >= DIGITS || new Set(texts).size === new Set(values).size) return texts;
  }
};
/* The same of numbers that someone has chosen: "≈ 166.7" where the digits are not all of them. */
export const chosenTexts = (values, digits = 4) =>
  briefTexts(values, digits).map((text, i) => (Number(text) === values[i] || !Number.isFinite(values[i]) ? text : `≈ ${text}`));
export const briefText = (value, digits = 4) => briefTexts([value], digits)[0];

const FEW = 6; // digits that a measured number may grow to before it is marked as rounded instead

/* The number in `digits` digits, or in up to six, until it is none of the limits that it is not; null where it stays one. */
function apartFrom(value, limits, digits) {
  for (; digits <= FEW; digits++) {
    const near = Number(value.toPrecision(digits));
    if (near === value || !limits.includes(near)) return near;
  }
  return null;
}

/* A measured number, short: 0.123, 1.2·10⁻⁷; "≈ 1" where six digits do not tell it from 1. */
export const shortNumber = (value) => {
  if (value === undefined || value === null || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size === Infinity) return value < 0 ? "−∞" : "∞";
  if (size === 0 || (size >= 1e-3 && size < 1e5)) {
    const near = apartFrom(value, [1, -1], 3);
    return near === null ? `≈ ${Math.sign(value)}` : String(near);
  }
  const [digits, power] = value.toExponential(1).split("e");
  const raised = String(Number(power)).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
  return `${digits === "1.0" ? "" : `${digits}·`}10${raised}`;
};

/* A share as a percentage: "0 %" and "100 %" of none and of all alone. */
export const percentText = (share, digits = 3) => {
  if (!Number.isFinite(share)) return "–";
  if (share <= 0 || share >= 1) return `${shortNumber(100 * share)} %`;
  if (share < 1e-4) return "< 0.01 %";
  const near = apartFrom(100 * share, [100], digits);
  return near === null ? "> 99.99 %" : `${near} %`;
};

/* In so many digits, zeros at the end included: columns keep their width. "≈ 1" where they do not tell it from 1. */
export const fixedText = (value, digits) => {
  const text = value.toPrecision(digits), near = Number(text);
  return (Math.abs(near) === 1 && near !== value ? `≈ ${near}` : text).replace("e+", "e").replaceAll("-", "−");
};

/* The ends of ranges (x0, x1, y0, y1) to a millionth of their widths: rounded by themselves, both ends of a narrow range
   become one number. */
export const roundedRanges = (ends) =>
  ends.map((end, i) => {
    const width = Math.abs(ends[i | 1] - ends[i & ~1]), digits = Math.ceil(Math.log10(Math.abs(end) / width)) + 6;
    return end && width ? Number(end.toPrecision(Math.min(DIGITS, Math.max(1, digits)))) : end;
  });

/* The number of the fewest digits that is as good as this one. */
export const fewestDigits = (value, good) => {
  if (!Number.isFinite(value)) return value;
  for (let digits = 1; digits < DIGITS; digits++) {
    const near = Number(value.toPrecision(digits));
    if (good(near)) return near;
  }
  return value;
};
