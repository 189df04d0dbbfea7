/// What `GET /` gives: a page for a browser, a short text for curl.
enum Usage {
    /// For a terminal, 80 columns.
    static let text = """
        hessian: a derivative oracle.

        Post a design matrix X, targets y and a point beta; get the loss, the gradient and
        the Hessian, their formulas, and how far independent witnesses agree. Add what your
        own program gave as "candidate" and learn which mistake explains the difference.

          curl -s localhost:8080/example | curl -s -d @- localhost:8080/hessian
          curl -s localhost:8080/hessian -d '{"X": [[1, 2], [1, 3], [1, 5]], "y": [1, 2, 4],
              "beta": [0, 1], "candidate": {"expression": "sum((y[:, None] - X * beta)**2) / n"}}'

        POST /hessian       the main job            GET /example   a request to post back
        GET  /losses        the 28 losses           GET /healthz   whether it can work
        GET  /mistakes      what it can name        GET /metrics   for Prometheus
        GET  /openapi.yaml  the whole contract

        """

    /// For a browser: the same, with something to try.
    static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>hessian</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
        textarea, pre { font: 13px/1.45 ui-monospace, monospace; width: 100%; box-sizing: border-box; }
        textarea { height: 16rem; } pre { background: #f4f4f4; padding: .75rem; overflow: auto; max-height: 30rem; }
        button { font: inherit; padding: .3rem 1rem; }
        dt { font-weight: 600; } dd { margin: 0 0 .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
        dd.code { font: 13px/1.45 ui-monospace, monospace; }
        </style>
        </head>
        <body>
        <h1>hessian</h1>
        <p>Post a design matrix <code>X</code>, targets <code>y</code> and a point <code>beta</code>: the answer is the
        loss, the gradient and the Hessian, their formulas, and how far independent witnesses agree. Add what your own
        program gave as <code>candidate</code> and learn which mistake explains the difference.</p>
        <form id="form">
        <textarea id="body" aria-label="Request" spellcheck="false"></textarea>
        <p><button>POST /hessian</button></p>
        </form>
        <dl id="summary" aria-live="polite"></dl>
        <pre id="answer" hidden></pre>
        <p><a href="losses">Losses</a> · <a href="mistakes">Mistakes</a> · <a href="openapi.yaml">OpenAPI</a></p>
        <script>
        const [form, body, summary, answer] = ["form", "body", "summary", "answer"].map(id => document.getElementById(id));
        // What a person looks for first; `code` is shown as it would be typed.
        function lines(a) {
          if (a.detail) return [[a.title, a.detail, "code"], ["Where", a.pointer, "code"]];
          const d = a.diagnosis, found = d ? d.findings : [], formula = name => a.symbolic?.[name]?.formula;
          return [
            ["Verdict", d && d.verdict + ": " + d.summary],
            ...found.map(f => [f.id, f.title + ". Fix: " + f.fix + "."]),
            ["Witnesses", a.comparison && (a.comparison.agrees ? "they agree" : "they disagree")],
            ["Loss", a.loss, "code"], ["Gradient", a.gradient && JSON.stringify(a.gradient), "code"],
            ["Loss, formula", formula("loss"), "code"], ["Gradient, formula", formula("gradient"), "code"],
            ["Hessian, formula", formula("hessian"), "code"],
            ...a.warnings.map(w => ["Warning: " + w.code, w.message]),
          ];
        }
        function show(a) {
          summary.replaceChildren(...lines(a).filter(([, text]) => text !== undefined).flatMap(([term, text, kind]) => {
            const [dt, dd] = ["dt", "dd"].map(name => document.createElement(name));
            [dt.textContent, dd.textContent, dd.className] = [term, text, kind ?? ""];
            return [dt, dd];
          }));
          answer.textContent = JSON.stringify(a, null, 2);
          answer.hidden = false;
        }
        fetch("example").then(r => r.text()).then(text => { body.value = text; });
        form.addEventListener("submit", async event => {
          event.preventDefault();
          try {
            const headers = { "Content-Type": "application/json" };
            show(await (await fetch("hessian", { method: "POST", headers, body: body.value })).json());
          } catch (error) {
            show({ title: "No answer", detail: String(error) });
          }
        });
        </script>
        </body>
        </html>

        """
}
