// Elements are made here, and words go into them as text alone: nothing that a line or a person sends is ever read as HTML.

// el makes an element. Attributes that begin with "on" are listeners; false and undefined are left out; true is an empty one.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// put sets an element's text, and leaves it alone where it says so already: a reader of the screen is told of changes only.
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// follow scrolls to what is new: to its end, or where it is longer than the window, to its beginning.
export function follow(box, row) {
  box.scrollTop = Math.min(box.scrollHeight - box.clientHeight, row.offsetTop - box.offsetTop - 4);
}

// show hides an element or shows it.
export function show(node, shown) {
  node.hidden = !shown;
}
