/* Puts what the program wrote into the page. It is read as a document of its own and copied node
 * by node, and only elements and attributes that pages are made of get in. */
const Patch = (() => {
  const ELEMENTS = new Set([
    "a", "b", "br", "caption", "code", "dd", "details", "div", "dl", "dt", "em", "h2", "h3", "i",
    "li", "ol", "p", "section", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "th", "thead", "tr", "ul",
  ]);
  const NAMESPACES = new Set([
    "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML",
  ]);
  const NEVER = new Set([
    "script", "style", "foreignObject", "image", "use", "a", "animate", "set", "maction",
    "annotation-xml",
  ]);
  const allowed = (node) => (NAMESPACES.has(node.namespaceURI)
    ? !NEVER.has(node.localName) : ELEMENTS.has(node.localName));
  const kept = ({ name, value }) => !/^on|^style$|^xmlns/i.test(name)
    && (!/href$/i.test(name) || value.startsWith("#"));

  const copied = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
    if (node.nodeType !== Node.ELEMENT_NODE || !allowed(node)) return [];
    const found = document.createElementNS(node.namespaceURI, node.localName);
    for (const attribute of node.attributes) {
      if (kept(attribute)) found.setAttribute(attribute.name, attribute.value);
    }
    found.append(...[...node.childNodes].flatMap(copied));
    return [found];
  };

  const nodes = (text) => {
    const parsed = new DOMParser().parseFromString(`<!DOCTYPE html><body>${text}`, "text/html");
    return [...parsed.body.childNodes].flatMap(copied);
  };

  return { nodes };
})();
