import ArgumentParser

/// The executable: a server, and the same computation without one.
@main
struct Hessian: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hessian",
        abstract:
            "A derivative oracle: what is right, to which digit, by which formula, and which mistake explains the rest.",
        discussion: """
            Every option of `serve` is also an environment variable: --max-body is HESSIAN_MAX_BODY. An option wins.
            """,
        version: Version.current,
        subcommands: [Serve.self, Evaluate.self, Check.self, Healthcheck.self])
}
