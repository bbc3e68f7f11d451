// One stop of the Tab key for a whole table; within it the arrow keys, Home and End move.

/** @param {string} selector what in a row can have the focus */
export function rove(table, selector) {
  const cells = () => [...table.rows].map((row) => [...row.querySelectorAll(selector)]).filter((row) => row.length);
  const first = table.querySelector(selector);
  if (!first) return;
  for (const cell of table.querySelectorAll(selector)) cell.tabIndex = -1;
  first.tabIndex = 0;
  const go = (from, to) => {
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest(selector);
    if (!cell) return;
    for (const other of table.querySelectorAll(`${selector}[tabindex="0"]`)) other.tabIndex = -1;
    cell.tabIndex = 0;
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest(selector);
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const grid = cells();
    const row = grid.findIndex((each) => each.includes(cell));
    const column = grid[row].indexOf(cell);
    const to = {
      ArrowUp: grid[row - 1]?.[column], ArrowDown: grid[row + 1]?.[column], ArrowLeft: grid[row][column - 1],
      ArrowRight: grid[row][column + 1], Home: grid[row][0], End: grid[row].at(-1),
    };
    if (!(event.key in to)) return;
    event.preventDefault();
    event.stopPropagation();
    if (to[event.key]) go(cell, to[event.key]);
  });
}
