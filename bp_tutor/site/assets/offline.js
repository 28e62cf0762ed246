/* Has the browser keep the site, where it can. */
if ("serviceWorker" in navigator && location.protocol !== "file:") {
  navigator.serviceWorker.register(new URL(Site.service, location.href)).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    ready.active.postMessage({ keep: location.href.split("#")[0] });
    root.dataset.offline = "yes";
  }).catch(() => {
    /* Then the site needs its server, as others do. */
  });
}
Engine.start();
