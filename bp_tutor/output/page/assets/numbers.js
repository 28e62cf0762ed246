/* Numbers as they are rounded on paper: the same rule as in the derivation (explain/numbers.py),
 * so that a page whose digits are switched shows what `solve --digits N` prints. */
const Numbers = (() => {
  const PAPER = 15;
  const TYPED = 6;
  const SMALLEST = -4;
  const LARGEST = 6;
  const ZERO = 1e-12;

  /* A decimal number without its sign is { whole, power }: whole · 10^power, whole a BigInt. */
  const read = (text) => {
    const [mantissa, power = "0"] = text.toLowerCase().split("e");
    const [before, behind = ""] = mantissa.split(".");
    return { whole: BigInt(before + behind), power: Number(power) - behind.length };
  };

  const decimal = (value, digits) => {
    const size = Math.abs(value);
    return read(digits > PAPER - 3 ? String(size) : size.toPrecision(PAPER));
  };

  const adjusted = (n) => n.whole.toString().length - 1 + n.power;

  const toPower = (n, power) => {
    const places = BigInt(Math.abs(power - n.power));
    if (power <= n.power) return { whole: n.whole * 10n ** places, power };
    const unit = 10n ** places;
    return { whole: (n.whole * 2n + unit) / (2n * unit), power };
  };

  const toFigures = (n, figures) => {
    const rounded = toPower(n, adjusted(n) - figures + 1);
    return toPower(rounded, adjusted(rounded) - figures + 1);
  };

  const normal = (n) => {
    let { whole, power } = n;
    while (whole !== 0n && whole % 10n === 0n) {
      whole /= 10n;
      power += 1;
    }
    return { whole, power };
  };

  const equal = (a, b) => {
    const power = Math.min(a.power, b.power);
    return toPower(a, power).whole === toPower(b, power).whole;
  };

  const written = (n) => {
    if (n.power >= 0) return (n.whole * 10n ** BigInt(n.power)).toString();
    const digits = n.whole.toString().padStart(1 - n.power, "0");
    return `${digits.slice(0, n.power)}.${digits.slice(n.power)}`;
  };

  const numberOf = (n, negative) => {
    const size = Number(`${n.whole}e${n.power}`);
    return negative && size !== 0 ? -size : size;
  };

  /* What is shown: digits without the sign, and the power of ten where there is one. */
  const plain = (n, negative) => {
    const value = numberOf(n, negative);
    return { digits: written(n), power: null, negative: value < 0, value, last: n.power };
  };

  const scientific = (n, negative) => {
    const power = adjusted(n);
    const digits = written({ whole: n.whole, power: n.power - power });
    return { digits, power, negative, value: numberOf(n, negative), last: n.power };
  };

  const figures = (n, negative) => {
    const size = adjusted(n);
    return SMALLEST <= size && size <= LARGEST ? plain(n, negative) : scientific(n, negative);
  };

  const special = (value) => {
    const digits = value === 0 ? "0" : Number.isNaN(value) ? "nan" : "∞";
    return { digits, power: null, negative: value < 0, value: value === 0 ? 0 : value, last: null };
  };

  const result = (value, digits) => {
    if (!Number.isFinite(value) || value === 0) return special(value);
    const negative = value < 0;
    const number = decimal(value, digits);
    const fixed = toPower(number, -digits);
    if (equal(fixed, number) && adjusted(number) <= LARGEST) {
      return { ...plain(normal(number), negative), last: -digits };
    }
    const rounded = toFigures(number, Math.max(digits, 1));
    if (adjusted(rounded) > LARGEST) return scientific(rounded, negative);
    if (adjusted(rounded) >= (digits ? -1 : 0)) return plain(fixed, negative);
    return figures(rounded, negative);
  };

  const given = (value, digits) => {
    if (!Number.isFinite(value) || value === 0) return special(value);
    const number = normal(read(String(Math.abs(value))));
    if (number.whole.toString().length > TYPED && number.power < -TYPED) return result(value, digits);
    const size = adjusted(number);
    const usual = SMALLEST - 1 <= size && size <= LARGEST;
    const shown = usual ? plain(number, value < 0) : scientific(number, value < 0);
    return { ...shown, value, last: null };
  };

  const byHand = (value, digits, significant) => {
    if (!Number.isFinite(value) || (value === 0 && significant)) return special(value);
    const number = decimal(value, digits);
    if (significant) return figures(toFigures(number, digits), value < 0);
    return plain(toPower(number, -digits), value < 0);
  };

  /* `way` is 1 for what was given, 0 for what was calculated, [digits, significant] by hand. */
  const shown = (value, way, digits) => {
    if (way === 1) return given(value, digits);
    return way === 0 ? result(value, digits) : byHand(value, way[0], way[1]);
  };

  /* Whether arithmetic, rounded to the last digit of a shown number, gives that number. */
  const reproduces = (arithmetic, number) => {
    if (!Number.isFinite(arithmetic) || !Number.isFinite(number.value)) {
      return arithmetic === number.value;
    }
    if (number.last === null) {
      return Math.abs(arithmetic - number.value) <= ZERO * Math.max(1, Math.abs(number.value));
    }
    const rounded = toPower(decimal(arithmetic, -number.last), number.last);
    return numberOf(rounded, arithmetic < 0) === number.value;
  };

  const raised = (power) =>
    String(power).replace(/[-0-9]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);

  /* As one line of text, `−2.763·10⁻⁵`. */
  const text = (number) =>
    (number.negative ? "−" : "") +
    number.digits +
    (number.power === null ? "" : `·10${raised(number.power)}`);

  return { shown, reproduces, text };
})();
