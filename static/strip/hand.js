// The hand on the caliper: mouse, finger and keyboard.

const GRAB_MM = 2.5; // a press this near to a set point takes hold of it
const STILL_PX = 6; // a press that moves further is a scroll, not a click

/** A press that does not move sets a point, so that a finger can still scroll; a press on a set point drags it. */
export function listenToPointer(strip) {
  const { sheetBox, caliperTool: tool } = strip;
  const taken = (event) => (strip.options.caliper && tool.points.length === 2 ? tool.pointNear(pointAt(strip, event), GRAB_MM) : -1);
  let dragged = -1;
  let pressed = null;
  sheetBox.addEventListener("pointerdown", (event) => {
    if (!strip.options.caliper || event.button !== 0) return;
    dragged = taken(event);
    if (dragged >= 0) sheetBox.setPointerCapture(event.pointerId);
    else pressed = { x: event.clientX, y: event.clientY };
  });
  sheetBox.addEventListener("pointermove", (event) => {
    if (!strip.options.caliper) return;
    if (dragged >= 0) tool.drag(dragged, pointAt(strip, event));
    else if (event.pointerType === "mouse" && tool.points.length === 1) tool.moveCursor(pointAt(strip, event));
  });
  sheetBox.addEventListener("pointerup", (event) => {
    const still = pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < STILL_PX;
    if (still) tool.place(pointAt(strip, event));
    if (pressed || dragged >= 0) strip.scroller.focus({ preventScroll: true });
    pressed = null;
    dragged = -1;
  });
  sheetBox.addEventListener("pointercancel", () => {
    pressed = null;
    dragged = -1;
  });
  const hold = (event) => {
    if (taken(event.touches[0]) >= 0) event.preventDefault(); // dragging a point must not scroll the paper
  };
  sheetBox.addEventListener("touchstart", hold, { passive: false });
}

function pointAt(strip, event) {
  const box = strip.overlay.root.getBoundingClientRect();
  return {
    xMm: ((event.clientX - box.left) / box.width) * strip.sheet.widthMm,
    yMm: ((event.clientY - box.top) / box.height) * strip.sheet.heightMm,
  };
}

/**
 * Arrows move by one pixel, with Shift by 5 mm, with Ctrl by one sample; Enter or Space sets the point.
 * Returns whether the key was one of these.
 */
export function moveByKey(strip, event) {
  const step = event.shiftKey ? 5 : 1 / strip.options.pxPerMm;
  const stepX = event.ctrlKey ? strip.payload.dx_s * strip.sheet.speed : step;
  const moves = { ArrowLeft: [-stepX, 0], ArrowRight: [stepX, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  if (event.key in moves) {
    const cursor = strip.caliperTool.nudge(...moves[event.key]);
    keepInView(strip.scroller, cursor.xMm * strip.options.pxPerMm);
    return true;
  }
  if (event.key === "Enter" || event.key === " ") {
    strip.caliperTool.place(strip.caliperTool.cursor ?? strip.caliperTool.nudge(0, 0));
    return true;
  }
  return false;
}

function keepInView(scroller, x) {
  const { scrollLeft, clientWidth } = scroller;
  if (x < scrollLeft + 20) scroller.scrollLeft = x - 40;
  if (x > scrollLeft + clientWidth - 20) scroller.scrollLeft = x - clientWidth + 40;
}
