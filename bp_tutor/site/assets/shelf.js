/* The quizzes that this browser keeps, each under a key of its own. Who writes one that another
 * tab has gone on with meanwhile writes beside it: nothing is lost. */
const Shelf = (() => {
  const NAME = "bp-tutor";
  const STORE = "quizzes";
  let opening = null;

  const settled = (request) => new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

  const open = () => {
    if (opening) return opening;
    opening = new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.addEventListener("upgradeneeded", () => {
        request.result.createObjectStore(STORE, { keyPath: "key" });
      });
      request.addEventListener("blocked", () => reject(new Error(say("quiz_page.blocked"))));
      request.addEventListener("error", () => reject(request.error));
      request.addEventListener("success", () => {
        const found = request.result;
        // Another tab brings a newer version: it is let in, and the next look opens anew.
        const close = () => {
          found.close();
          opening = null;
        };
        found.addEventListener("versionchange", close);
        found.addEventListener("close", () => { opening = null; });
        resolve(found);
      });
    });
    opening.catch(() => { opening = null; });
    return opening;
  };

  /* Does something with the store, and waits until it is safe. */
  const within = async (mode, act) => {
    const transaction = (await open()).transaction(STORE, mode);
    const safe = new Promise((resolve, reject) => {
      transaction.addEventListener("complete", resolve);
      for (const name of ["abort", "error"]) {
        transaction.addEventListener(name, () => reject(transaction.error));
      }
    });
    safe.catch(() => {});
    const found = await act(transaction.objectStore(STORE));
    await safe;
    return found;
  };

  const fresh = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
  const all = () => within("readonly", (store) => settled(store.getAll()));
  const get = (key) => within("readonly", (store) => settled(store.get(key)));

  /* Keeps a quiz; whether it had to go beside what another tab wrote. One after the other, and what
   * could not be written leaves the record as it was. */
  let last = Promise.resolve();
  const keep = (record) => {
    const kept = last.then(async () => {
      const [written, parted] = await within("readwrite", async (store) => {
        const there = record.key ? await settled(store.get(record.key)) : null;
        const other = Boolean(there) && there.revision !== record.revision;
        const mark = { key: !record.key || other ? fresh() : record.key,
          revision: (other ? 0 : record.revision || 0) + 1 };
        await settled(store.put({ ...record, ...mark }));
        return [mark, other];
      });
      Object.assign(record, written);
      return parted;
    });
    last = kept.catch(() => {});
    return kept;
  };

  return { all, get, keep };
})();
