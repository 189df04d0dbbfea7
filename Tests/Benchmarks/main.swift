/// `swift run -c release Benchmarks <name> [arguments]`: every benchmark is a function in a file of its own, named here.
let benchmarks: [(name: String, run: ([String]) -> Void)] = [
    ("diagnosis", benchmarkDiagnosis),
    ("evaluation", benchmarkEvaluation),
    ("json", { _ in benchmarkJSON() }),
    ("linear-algebra", { _ in benchmarkLinearAlgebra() }),
]

let arguments = Array(CommandLine.arguments.dropFirst())
if let benchmark = benchmarks.first(where: { $0.name == arguments.first }) {
    benchmark.run(Array(arguments.dropFirst()))
} else {
    print("benchmarks:", benchmarks.map(\.name).joined(separator: ", "))
}
