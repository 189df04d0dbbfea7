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
        textarea { height: 16rem; } pre { background: #f4f4f4; padding: .75rem; overflow: auto; }
        button { font: inherit; padding: .3rem 1rem; }
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
        <pre id="answer" aria-live="polite"></pre>
        <p><a href="losses">Losses</a> · <a href="mistakes">Mistakes</a> · <a href="openapi.yaml">OpenAPI</a></p>
        <script>
        const body = document.getElementById("body"), answer = document.getElementById("answer");
        fetch("example").then(r => r.text()).then(text => { body.value = text; });
        document.getElementById("form").addEventListener("submit", async event => {
          event.preventDefault();
          const headers = { "Content-Type": "application/json" };
          const response = await fetch("hessian", { method: "POST", headers, body: body.value });
          answer.textContent = JSON.stringify(await response.json(), null, 2);
        });
        </script>
        </body>
        </html>

        """
}
