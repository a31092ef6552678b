// The page's own script: one entry for each API, the first one open.
(async () => {
  const specs = await (await fetch("/docs/specs.json")).json();
  const show = (url) => SwaggerUIBundle({ url, dom_id: "#ui", deepLinking: true, validatorUrl: null, tryItOutEnabled: false });
  const nav = document.getElementById("apis");
  for (const { name, url } of specs) {
    const button = document.createElement("button");
    button.textContent = name;
    button.onclick = () => show(url);
    nav.append(button);
  }
  document.body.prepend(nav);
  if (specs.length > 0) show(specs[0].url);
})();
