/* What the program answers, put on the page; files that the page gives to its reader. */
const Page = (() => {
  const take = ({ pieces, data: fresh }) => {
    window.taken = { pieces, fresh };
  };
  const save = (name, text, kind) => {
    const address = URL.createObjectURL(new Blob([text], { type: kind }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
  return { take, save };
})();
