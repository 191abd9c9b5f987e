// Single keys for what is marked with data-key. Off until somebody ticks the box (WCAG 2.1.4); the page works
// without them.
const box = document.getElementById("keys-on");
document.getElementById("keys").hidden = false;
box.checked = localStorage.getItem("staff-keys") === "on";
box.addEventListener("change", () => localStorage.setItem("staff-keys", box.checked ? "on" : "off"));
document.addEventListener("keydown", (event) => {
  if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  const marked = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (marked) {
    event.preventDefault();
    marked.click();
  }
});
