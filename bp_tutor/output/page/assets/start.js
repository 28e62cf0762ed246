/* Sets the page going. */
root.classList.replace("plain", "live");
/* The texts of the problem stand open before the first step, and where there is room; on a small
 * screen the picture and the step come first. Whoever folds them himself is not overruled. */
const facts = find("#facts");
const small = matchMedia("(max-width: 34rem)");
const high = matchMedia("(min-height: 60rem)");
let folded = false;
const foldFacts = () => {
  if (!folded) facts.open = !small.matches && (high.matches || State.place === 0);
};
find("summary", facts).addEventListener("click", () => {
  folded = true;
});
small.addEventListener("change", foldFacts);
State.changed(foldFacts);
const linked = new URLSearchParams(location.hash.slice(1)).get("lang");
// Who comes by a link in a language has chosen it.
if (data.languages.includes(linked)) Memory.set("language", linked);
const wanted = linked || (data.asked ? root.lang : Memory.get("language"));
Settings.language(data.languages.includes(wanted) ? wanted : root.lang);
State.tell("start");
Player.read();
document.documentElement.dataset.ready = "yes";
