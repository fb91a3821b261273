// Elements without a framework.

/** An element; properties with a dash are attributes, texts become text and never markup. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "for" || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

let count = 0;

/** A label with its field. */
export function labelled(text, field) {
  count += 1;
  field.id ||= `field-${count}`;
  return make("div", {className: "field"}, make("label", {for: field.id}, text), field);
}

/** Calls a function once no further call came for some milliseconds. */
export function afterPause(call, milliseconds = 150) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...values), milliseconds);
  };
}
