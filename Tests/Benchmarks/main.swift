/// `swift run -c release Benchmarks <name>…`: every benchmark is a function in a file of its own, named here.
let benchmarks: [(name: String, run: () -> Void)] = [
    ("evaluation", benchmarkEvaluation),
    ("json", benchmarkJSON),
    ("linear-algebra", benchmarkLinearAlgebra),
]

let wanted = CommandLine.arguments.dropFirst()
if wanted.isEmpty { print("benchmarks:", benchmarks.map(\.name).joined(separator: ", ")) }
for name in wanted {
    if let benchmark = benchmarks.first(where: { $0.name == name }) {
        benchmark.run()
    } else {
        print("no benchmark is called \(name)")
    }
}
