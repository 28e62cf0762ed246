/* Works out a formula of numbers just as it stands on the page, from its MathML: a number, or
 * rows of numbers. What it cannot know (dots for terms that are left out) has no value: null. */
const Arithmetic = (() => {
  const UNKNOWN = new Error("unknown");
  const unknown = () => { throw UNKNOWN; };
  /* The error function, by its series; far out it is 1. */
  const erf = (z) => {
    if (Math.abs(z) > 6) return Math.sign(z);
    let term = z;
    let sum = z;
    for (let n = 1; n < 200; n += 1) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
  };
  const FUNCTIONS = {
    exp: Math.exp, ln: Math.log, log: Math.log, tanh: Math.tanh, sqrt: Math.sqrt, abs: Math.abs,
    sin: Math.sin, cos: Math.cos, floor: Math.floor, sign: Math.sign,
    "σ": (z) => 1 / (1 + Math.exp(-z)),
    erf, "Φ": (z) => (1 + erf(z / Math.SQRT2)) / 2,
    "Φ'": (z) => Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI),
    ReLU: (z) => Math.max(0, z), relu: (z) => Math.max(0, z),
  };
  const SUMS = { "+": 1, "−": 1 };

  const isMatrix = Array.isArray;
  const size = (m) => [m.length, m[0].length];

  /* Entry by entry, a length of 1 stretched to the other's. */
  const each = (action, ...given) => {
    if (!given.some(isMatrix)) return action(...given);
    const matrices = given.map((m) => (isMatrix(m) ? m : [[m]]));
    const rows = Math.max(...matrices.map((m) => size(m)[0]));
    const columns = Math.max(...matrices.map((m) => size(m)[1]));
    for (const m of matrices) {
      if (![1, rows].includes(size(m)[0]) || ![1, columns].includes(size(m)[1])) unknown();
    }
    const at = (m, row, column) => m[size(m)[0] === 1 ? 0 : row][size(m)[1] === 1 ? 0 : column];
    return Array.from({ length: rows }, (_, row) => Array.from({ length: columns },
      (__, column) => action(...matrices.map((m) => at(m, row, column)))));
  };

  const product = (a, b) => {
    if (!isMatrix(a) || !isMatrix(b)) return each((x, y) => x * y, a, b);
    if (size(a)[1] !== size(b)[0]) unknown();
    return a.map((row) => b[0].map((_, column) =>
      row.reduce((total, value, place) => total + value * b[place][column], 0)));
  };

  const transposed = (m) => (isMatrix(m) ? m[0].map((_, column) => m.map((row) => row[column])) : m);
  const total = (m) => (isMatrix(m) ? m.flat().reduce((a, b) => a + b, 0) : m);
  const negative = (m) => each((x) => -x, m);

  const signOf = (node) => (node && node.localName === "mo" ? node.textContent : "");

  /* The nodes of a row, without spaces and without the groups that only let it break. */
  const flat = (nodes) => [...nodes].flatMap((node) => {
    if (node.localName === "mspace") return [];
    return node.classList.contains("term") ? flat(node.children) : [node];
  });

  /* The same with what stands between single brackets as one node again. */
  const closed = (nodes) => {
    const rows = [[]];
    for (const node of nodes) {
      if (signOf(node) === "(") rows.push([]);
      rows[rows.length - 1].push(node);
      if (signOf(node) === ")" && rows.length > 1) {
        const row = document.createElementNS(node.namespaceURI, "mrow");
        row.append(...rows.pop().map((each) => each.cloneNode(true)));
        rows[rows.length - 1].push(row);
      }
    }
    return rows.length === 1 ? rows[0] : unknown();
  };

  const bracketed = (node) => node && node.localName === "mrow"
    && signOf(flat(node.children)[0]) === "(";
  const inner = (node) => flat(node.children).slice(1, -1);

  /* A reader over one row: sums of products of factors. */
  class Row {
    constructor(nodes) {
      this.nodes = closed(flat(nodes));
      this.place = 0;
    }

    get next() { return this.nodes[this.place]; }

    sum() {
      let found = null;
      do {
        let minus = false;
        while (SUMS[signOf(this.next)]) {
          minus = minus !== (signOf(this.next) === "−");
          this.place += 1;
        }
        const term = minus ? negative(this.product()) : this.product();
        found = found === null ? term : each((a, b) => a + b, found, term);
      } while (SUMS[signOf(this.next)]);
      return found;
    }

    product() {
      let found = this.factor();
      for (;;) {
        const sign = signOf(this.next);
        if (sign !== "·" && sign !== "⊙") return found;
        this.place += 1;
        let minus = false;
        while (signOf(this.next) === "−") {
          minus = !minus;
          this.place += 1;
        }
        const factor = this.factor();
        found = sign === "⊙" ? each((a, b) => a * b, found, factor) : product(found, factor);
        if (minus) found = negative(found);
      }
    }

    factor() {
      const node = this.next || unknown();
      this.place += 1;
      const name = node.textContent.trim();
      if (bracketed(this.next) && !bracketed(node)) {
        const inside = inner(this.next);
        if (name === "∑" || name === "Σ") {
          this.place += 1;
          return total(row(inside));
        }
        if (FUNCTIONS[name]) {
          this.place += 1;
          return each(FUNCTIONS[name], row(inside));
        }
        if (name === "max" || name === "min") {
          this.place += 1;
          return each(Math[name], ...list(inside));
        }
        if (name === "I") {
          this.place += 1;
          return indicator(inside);
        }
        if (name === "winner") {
          this.place += 1;
          const [place, ...values] = list(inside);
          return Number(values.indexOf(Math.max(...values)) === place - 1);
        }
        unknown();
      }
      return value(node);
    }
  }

  const unwrapped = (nodes) => flat(nodes.length === 1 && nodes[0].localName === "mrow"
    ? nodes[0].children : nodes);

  /* What stands between commas. */
  const list = (nodes) => {
    const groups = [[]];
    for (const node of unwrapped(nodes)) {
      if (signOf(node) === ",") groups.push([]);
      else groups[groups.length - 1].push(node);
    }
    return groups.map(row);
  };

  const COMPARED = {
    ">": (a, b) => a > b, "≥": (a, b) => a >= b, "<": (a, b) => a < b, "≤": (a, b) => a <= b,
  };

  /* 1 where the comparison between the brackets holds, else 0. */
  const indicator = (nodes) => {
    const parts = unwrapped(nodes);
    const place = parts.findIndex((node) => COMPARED[signOf(node)]);
    if (place < 1) return unknown();
    const holds = COMPARED[signOf(parts[place])];
    return each((a, b) => Number(holds(a, b)), row(parts.slice(0, place)), row(parts.slice(place + 1)));
  };

  const row = (nodes) => {
    const reader = new Row(nodes);
    const found = reader.sum();
    return reader.next ? unknown() : found;
  };

  const value = (node) => {
    const [first, second] = node.children;
    switch (node.localName) {
      case "mn": {
        const number = Number(node.textContent);
        return Number.isNaN(number) ? unknown() : number;
      }
      case "mi":
        return node.textContent === "π" ? Math.PI : unknown();
      case "mrow":
        return row(bracketed(node) ? inner(node) : node.children);
      case "mtable":
        return [...node.children].map((line) => [...line.children].map((cell) => row(cell.children)));
      case "mfrac":
        return each((a, b) => a / b, value(first), value(second));
      case "msqrt":
        return each(Math.sqrt, row(node.children));
      case "msup":
        if (second.textContent === "⊤") return transposed(value(first));
        if (first.textContent === "e") return each(Math.exp, value(second));
        return each((a, b) => a ** b, value(first), value(second));
      default:
        return unknown();
    }
  };

  return (math) => {
    try {
      return row(math.children);
    } catch (error) {
      if (error !== UNKNOWN) throw error;
      return null;
    }
  };
})();
