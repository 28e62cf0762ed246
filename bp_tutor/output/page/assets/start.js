/* Sets the page going. */
root.classList.replace("plain", "live");
/* On a small screen the picture and the step come first; the texts are folded away. */
const small = matchMedia("(max-width: 34rem)");
const foldFacts = () => {
  find("#facts").open = !small.matches;
};
small.addEventListener("change", foldFacts);
foldFacts();
Settings.language(data.languages.includes(Memory.get("language")) && !data.asked
  ? Memory.get("language") : root.lang);
// Without a script the address leads to the line; with one, to the step.
all(".line[id]").forEach((line) => line.removeAttribute("id"));
State.tell("start");
Player.read();
document.documentElement.dataset.ready = "yes";
